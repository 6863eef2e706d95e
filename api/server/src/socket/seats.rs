//! How many sockets there are: in all, of each address and of each person.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use tongxin_kernel::{
    error::{Code, Refusal},
    say,
    telemetry::{self, Alarm, Bound, InFlight},
};

use crate::bounds::Bounds;

/// Seconds after which another attempt makes sense.
const RETRY_AFTER: u32 = 10;

pub(crate) struct Seats {
    bounds: Bounds,
    taken: AtomicUsize,
    addresses: Counts,
    persons: Counts,
    alarm: Alarm,
}

impl Seats {
    pub fn new(bounds: Bounds) -> Self {
        let taken = AtomicUsize::new(0);
        Self { bounds, taken, addresses: Counts::default(), persons: Counts::default(), alarm: Alarm::default() }
    }

    /// A seat for a socket from this address.
    pub fn take(self: &Arc<Self>, address: &str) -> Result<Arc<Seat>, Refusal> {
        let Bounds { sockets, sockets_per_address, .. } = self.bounds;
        if !self.addresses.enter(address, sockets_per_address) {
            self.refused(Bound::SocketsOfAddress, sockets_per_address);
            let most = sockets_per_address;
            let message = say!(
                "来自同一地址的 WebSocket 最多 {most} 个",
                "At most {most} WebSockets from one address at the same time"
            );
            return Err(Refusal::new(Code::RateLimited, message).with("retryAfter", RETRY_AFTER));
        }
        if self.taken.fetch_update(Relaxed, Relaxed, |n| (n < sockets).then_some(n + 1)).is_err() {
            self.addresses.leave(address);
            self.refused(Bound::Sockets, sockets);
            let message =
                say!("WebSocket 数量已达上限，请稍后重试", "As many WebSockets are open as may be; try again shortly");
            return Err(Refusal::new(Code::RateLimited, message).with("retryAfter", RETRY_AFTER));
        }
        let (seats, address) = (self.clone(), address.to_owned());
        Ok(Arc::new(Seat { seats, address, person: OnceLock::new(), _counted: InFlight::socket() }))
    }

    fn refused(&self, bound: Bound, most: usize) {
        telemetry::refused_connection(bound);
        if self.alarm.rings() {
            tracing::warn!(bound = bound.as_str(), most, "WebSockets are refused: as many are open as may be");
        }
    }
}

/// The seat of one socket, until it is dropped.
pub(crate) struct Seat {
    seats: Arc<Seats>,
    address: String,
    person: OnceLock<String>,
    _counted: InFlight,
}

impl Seat {
    /// Counts the socket as this person's, once it is known whose it is; the error is the most that a person may have.
    pub fn belong_to(&self, person: String) -> Result<(), usize> {
        let most = self.seats.bounds.sockets_per_person;
        if !self.seats.persons.enter(&person, most) {
            self.seats.refused(Bound::SocketsOfPerson, most);
            return Err(most);
        }
        if let Err(person) = self.person.set(person) {
            self.seats.persons.leave(&person);
        }
        Ok(())
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.taken.fetch_sub(1, Relaxed);
        self.seats.addresses.leave(&self.address);
        if let Some(person) = self.person.get() {
            self.seats.persons.leave(person);
        }
    }
}

#[derive(Default)]
struct Counts(Mutex<HashMap<String, usize>>);

impl Counts {
    fn enter(&self, key: &str, most: usize) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match counts.get_mut(key) {
            Some(count) if *count >= most => return false,
            Some(count) => *count += 1,
            None => _ = counts.insert(key.to_owned(), 1),
        }
        true
    }

    fn leave(&self, key: &str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(key) {
            *count -= 1;
            if *count == 0 {
                counts.remove(key);
            }
        }
    }
}
