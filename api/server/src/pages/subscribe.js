"use strict";
/* Subscriptions, over a socket of their own. */
let socket = null, stopSocket = null;
const SHOWN = 100;
const CLOSED = {
  1001: ["服务正要停止", "the service is about to stop"],
  1006: GONE,
  1009: ["消息太长", "the message is too long"],
  1013: ["连接太多，请稍后再试", "there are too many sockets; try again later"],
  4401: ["令牌无效或已过期", "the token is not valid, or has expired"],
  4403: ["不允许连接", "the connection is not allowed"],
};

function subscribe(request, authorization, done) {
  const events = [];
  const mine = socket = new WebSocket(location.origin.replace(/^http/, "ws") + "/graphql/ws", "graphql-transport-ws");
  const tell = message => mine.send(JSON.stringify(message));
  let ended = null;
  const end = (...words) => { ended = words; mine.close(1000); };
  stopSocket = () => end("已停止", "stopped");
  mine.onopen = () => tell({ type: "connection_init", payload: authorization ? { authorization } : {} });
  mine.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.type === "connection_ack") {
      say($("status"), "已订阅，等待变动", "subscribed, waiting for changes");
      tell({ type: "subscribe", id: "1", payload: request });
    } else if (message.type === "ping") tell({ type: "pong" });
    else if (message.type === "next") {
      events.unshift(JSON.stringify(message.payload, null, 2));
      events.length = Math.min(events.length, SHOWN);
      $("answer").textContent = events.join("\n\n");
      complain(message.payload.errors);
    } else if (message.type === "error") {
      $("answer").textContent = JSON.stringify(message.payload, null, 2);
      complain(message.payload);
      end("订阅被拒绝", "the subscription was refused");
    } else if (message.type === "complete") {
      end("没有更多变动", "there will be no more changes");
    }
  };
  mine.onclose = ({ code }) => {
    const [zh, en] = ended ?? CLOSED[code] ?? [`连接已关闭（${code}）`, `the connection was closed (${code})`];
    socket = null;
    say($("status"), zh, en);
    if (!ended) warn(zh, en);
    done();
  };
}
