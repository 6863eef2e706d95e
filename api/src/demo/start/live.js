"use strict";
/* What changes, as it changes. */
const STATES = { DRAFT: "草稿", OPEN: "可认领", IN_PROGRESS: "进行中", DONE: "已完成", CLOSED: "已结项", EXPIRED: "已过期", CANCELLED: "已取消" };
const CHANGES = 'subscription { serviceItemChanged(communityCode: "120106001002") { id title status quota claimCount latestRating { stars } } }';

function listen(attempt) {
  const socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/graphql/ws", "graphql-transport-ws");
  const tell = message => socket.send(JSON.stringify(message));
  let again = true;
  const state = (on, zh, en) => { $("live").classList.toggle("on", on); say($("live"), zh, en); };
  state(false, "连接中……", "connecting …");
  socket.onopen = () => tell({ type: "connection_init", payload: { authorization: "Bearer " + account("community-secretary").token } });
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "connection_ack") {
      attempt = 0;
      state(true, "已连接，等待变化", "connected, waiting for changes");
      tell({ type: "subscribe", id: "1", payload: { query: CHANGES } });
    } else if (message.type === "ping") tell({ type: "pong" });
    else if (message.type === "next") show(message.payload.data?.serviceItemChanged);
    else if (message.type === "error") {
      again = false;
      state(false, "这个版本不提供此订阅", "this version does not offer the subscription");
      socket.close(1000);
    }
  };
  socket.onclose = () => {
    if (!again) return;
    state(false, "已断开，稍后重连", "disconnected, will try again");
    setTimeout(listen, Math.min(30, 2 ** attempt) * 1000, attempt + 1);
  };
}

function show(item) {
  if (!item) return;
  const stars = item.latestRating ? " " + "★".repeat(item.latestRating.stars) : "";
  const line = make("li", "", make("time", "", new Date().toTimeString().slice(0, 8)), " ", item.title, make("br"),
    both(STATES[item.status] ?? item.status, item.status.toLowerCase().replace("_", " ")), ` ${item.claimCount}/${item.quota}${stars}`);
  $("events").prepend(line);
  while ($("events").children.length > 50) $("events").lastChild.remove();
}

listen(0);
