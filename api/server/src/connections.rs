//! HTTP connections from their arrival to their end. There are only so many; beyond them a few are let in for one request
//! each, so that probes are answered whatever strangers hold open.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    mem,
    net::{self, Shutdown},
    os::fd::AsFd as _,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use actix_web::rt::{self, net::TcpStream};
use socket2::SockRef;
use tokio::task::JoinHandle;
use tongxin_kernel::telemetry::{self, Alarm, Bound};

use super::{bounds::Bounds, socket::Seat};

/// How long a client may leave what it was sent unread before its connection is given up.
const UNREAD: Duration = Duration::from_secs(30);
/// How long a connection of the reserve lasts.
const IN_RESERVE: Duration = Duration::from_secs(2);

pub(super) struct Connections {
    bounds: Bounds,
    open: AtomicUsize,
    /// Those whose first request has not come yet.
    unheard: AtomicUsize,
    reserve: Mutex<Reserve>,
    alarm: Alarm,
}

/// Who is let in beyond the bound, oldest first.
#[derive(Default)]
struct Reserve {
    next: u64,
    waiting: VecDeque<Waiting>,
}

struct Waiting {
    id: u64,
    /// Whether its request has come: it is about to be answered.
    heard: bool,
    /// What closes it.
    closer: Option<net::TcpStream>,
}

impl Waiting {
    /// Whether nothing has come of it. What came is not read yet where many arrive at once.
    fn is_silent(&self) -> bool {
        let has_come = |stream: &net::TcpStream| matches!(stream.peek(&mut [0]), Ok(1..));
        !self.heard && !self.closer.as_ref().is_some_and(has_come)
    }
}

impl Reserve {
    /// Takes out who makes room for another: the oldest that said nothing yet, else the oldest.
    fn give_way(&mut self) -> Option<Waiting> {
        let silent = self.waiting.iter().position(Waiting::is_silent);
        self.waiting.remove(silent.unwrap_or_default())
    }

    fn find(&mut self, id: u64) -> Option<usize> {
        self.waiting.iter().position(|waiting| waiting.id == id)
    }
}

impl Connections {
    pub fn new(bounds: Bounds) -> Self {
        let (open, unheard) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Self { bounds, open, unheard, reserve: Mutex::default(), alarm: Alarm::default() }
    }

    /// Takes in a connection, on the thread that will serve it.
    pub fn arrive(self: &Arc<Self>, stream: &TcpStream) -> Place {
        #[cfg(target_os = "linux")]
        if let Err(error) = SockRef::from(stream).set_tcp_user_timeout(Some(UNREAD)) {
            tracing::debug!(%error, "a connection without a bound on what stays unread");
        }
        self.unheard.fetch_add(1, Relaxed);
        let standing = if self.enter() { Standing::Within } else { self.enter_reserve(stream) };
        Place { connections: self.clone(), standing: RefCell::new(standing), heard: Cell::new(false) }
    }

    /// Whether all places are taken: answers close their connection then, so that places change hands.
    pub fn are_full(&self) -> bool {
        self.open.load(Relaxed) >= self.bounds.connections
    }

    /// How many have not sent a request yet.
    pub fn unheard(&self) -> usize {
        self.unheard.load(Relaxed)
    }

    fn enter(&self) -> bool {
        let entered = self.open.fetch_update(Relaxed, Relaxed, |n| (n < self.bounds.connections).then_some(n + 1));
        if entered.is_ok() {
            telemetry::connections(1.0);
        }
        entered.is_ok()
    }

    fn leave(&self) {
        self.open.fetch_sub(1, Relaxed);
        telemetry::connections(-1.0);
    }

    fn enter_reserve(self: &Arc<Self>, stream: &TcpStream) -> Standing {
        let closer = stream.as_fd().try_clone_to_owned().map(net::TcpStream::from).ok();
        let (id, oldest) = {
            let mut reserve = self.reserve();
            let id = reserve.next;
            reserve.next += 1;
            let crowded = reserve.waiting.len() >= self.bounds.reserve;
            let oldest = if crowded { reserve.give_way() } else { None };
            reserve.waiting.push_back(Waiting { id, heard: false, closer });
            (id, oldest)
        };
        // The newest is let in rather than kept out: silent ones cannot keep the others from coming.
        if let Some(oldest) = oldest {
            self.close(oldest.closer);
        }
        let connections = self.clone();
        let watch = rt::spawn(async move {
            tokio::time::sleep(IN_RESERVE).await;
            let waiting = connections.leave_reserve(id);
            if let Some(closer) = waiting {
                connections.close(closer);
            }
        });
        Standing::Beyond(id, watch)
    }

    fn leave_reserve(&self, id: u64) -> Option<Option<net::TcpStream>> {
        let mut reserve = self.reserve();
        let at = reserve.find(id)?;
        reserve.waiting.remove(at).map(|waiting| waiting.closer)
    }

    fn hear_in_reserve(&self, id: u64) {
        let mut reserve = self.reserve();
        if let Some(at) = reserve.find(id) {
            reserve.waiting[at].heard = true;
        }
    }

    fn reserve(&self) -> std::sync::MutexGuard<'_, Reserve> {
        self.reserve.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self, closer: Option<net::TcpStream>) {
        self.refused();
        if let Some(stream) = closer {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Counts a connection that was not served, and says so once in a while.
    pub fn refused(&self) {
        telemetry::refused_connection(Bound::Connections);
        if self.alarm.rings() {
            let most = self.bounds.connections;
            tracing::warn!(most, "connections are refused: as many are open as may be (server.connections)");
        }
    }
}

/// The place of one connection, until it ends.
pub(super) struct Place {
    connections: Arc<Connections>,
    standing: RefCell<Standing>,
    heard: Cell<bool>,
}

enum Standing {
    Within,
    /// In the reserve, with what ends it in time.
    Beyond(u64, JoinHandle<()>),
    /// Kept until the connection ends, which may be after the socket's task.
    Socket(#[expect(dead_code, reason = "held for its end")] Arc<Seat>),
}

impl Place {
    /// Notes that a request has come; whether it may be served.
    pub fn hear(&self) -> bool {
        if !self.heard.replace(true) {
            self.connections.unheard.fetch_sub(1, Relaxed);
        }
        let beyond = match *self.standing.borrow() {
            Standing::Beyond(id, _) => Some(id),
            Standing::Within | Standing::Socket(_) => None,
        };
        let Some(id) = beyond else { return true };
        if self.connections.enter() {
            self.stand(Standing::Within);
            return true;
        }
        self.connections.hear_in_reserve(id);
        false
    }

    /// The connection goes on as a socket.
    pub fn become_socket(&self, seat: Arc<Seat>) {
        self.stand(Standing::Socket(seat));
    }

    fn stand(&self, standing: Standing) {
        let before = mem::replace(&mut *self.standing.borrow_mut(), standing);
        self.give_up(&before);
    }

    fn give_up(&self, standing: &Standing) {
        match standing {
            Standing::Within => self.connections.leave(),
            Standing::Beyond(id, watch) => {
                watch.abort();
                self.connections.leave_reserve(*id);
            }
            Standing::Socket(_) => {}
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.heard.get() {
            self.connections.unheard.fetch_sub(1, Relaxed);
        }
        self.give_up(&self.standing.borrow());
    }
}
