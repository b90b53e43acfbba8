//! A thread that sends, and the bounded queue before it: whoever gives it something waits for nothing, however slow the other side is.

use std::{
    io, mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use ironplate_measure::figures;

/// A receiver that is too slow is no news again and again.
const TELL_EVERY: Duration = Duration::from_mins(1);

/// Takes things to send. What finds no room is dropped and counted.
pub(super) struct Courier<T>(Arc<Queue<T>>);

struct Queue<T> {
    name: &'static str,
    state: Mutex<State<T>>,
    changed: Condvar,
    capacity: usize,
}

struct State<T> {
    waiting: Vec<T>,
    dropped: u64,
    is_sending: bool,
    /// Nobody waits for company any more.
    is_ending: bool,
}

/// How a courier works.
pub(super) struct Route {
    /// The name of its thread.
    pub(super) name: &'static str,
    /// So many things may wait.
    pub(super) capacity: usize,
    /// So long the first one waits for others to go with it.
    pub(super) gather: Duration,
}

impl<T: Send + 'static> Courier<T> {
    /// Starts the thread. It costs nothing while there is nothing to send. `send` says how many of the things were not taken.
    ///
    /// # Errors
    /// There can be no more threads.
    pub(super) fn start(route: &Route, mut send: impl FnMut(Vec<T>) -> usize + Send + 'static) -> io::Result<Self> {
        let &Route { name, capacity, gather } = route;
        let state = State { waiting: Vec::new(), dropped: 0, is_sending: false, is_ending: false };
        let queue = Queue { name, state: Mutex::new(state), changed: Condvar::new(), capacity };
        let courier = Self(Arc::new(queue));
        figures().lost_telemetry(name, 0);
        let queue = courier.0.clone();
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            let mut told = None::<Instant>;
            loop {
                let things = queue.take(gather);
                if told.is_none_or(|told| told.elapsed() >= TELL_EVERY) && queue.tell_dropped() > 0 {
                    told = Some(Instant::now());
                }
                figures().lost_telemetry(name, send(things) as u64);
                queue.rest();
            }
        })?;
        Ok(courier)
    }

    /// Sends this, some time.
    pub(super) fn give(&self, thing: T) {
        let mut state = self.0.lock();
        if state.waiting.len() >= self.0.capacity {
            state.dropped += 1;
            drop(state);
            figures().lost_telemetry(self.0.name, 1);
            return;
        }
        state.waiting.push(thing);
        let count = state.waiting.len();
        drop(state);
        // Waking somebody costs more than anything else here, and these alone are waited for.
        if count == 1 || count == self.0.capacity / 2 {
            self.0.changed.notify_all();
        }
    }

    /// Waits until all is sent, or until this moment; whether it was.
    pub(super) fn finish(&self, latest: Instant) -> bool {
        let mut state = self.0.lock();
        state.is_ending = true;
        self.0.changed.notify_all();
        let is_busy = |state: &mut State<T>| state.is_sending || !state.waiting.is_empty();
        let waited = latest.saturating_duration_since(Instant::now());
        let (state, waited) =
            self.0.changed.wait_timeout_while(state, waited, is_busy).unwrap_or_else(PoisonError::into_inner);
        drop(state);
        self.0.tell_dropped();
        !waited.timed_out()
    }
}

impl<T> Queue<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many were dropped that nobody was told of; now it is told.
    fn tell_dropped(&self) -> u64 {
        let dropped = mem::take(&mut self.lock().dropped);
        if dropped > 0 {
            tracing::warn!(courier = self.name, dropped, "telemetry was dropped: its receiver is too slow");
        }
        dropped
    }

    /// Waits for something and for what comes soon after it.
    fn take(&self, gather: Duration) -> Vec<T> {
        let waiting = self.changed.wait_while(self.lock(), |state| state.waiting.is_empty());
        let state = waiting.unwrap_or_else(PoisonError::into_inner);
        let is_small = |state: &mut State<T>| !state.is_ending && state.waiting.len() < self.capacity / 2;
        let gathered = self.changed.wait_timeout_while(state, gather, is_small);
        let (mut state, _) = gathered.unwrap_or_else(PoisonError::into_inner);
        state.is_sending = true;
        mem::take(&mut state.waiting)
    }

    fn rest(&self) {
        self.lock().is_sending = false;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, channel};

    use super::*;

    const FOR_EVER: Duration = Duration::from_hours(1);

    /// One that sends when the test lets it.
    fn courier(gather: Duration) -> (Courier<u32>, std::sync::mpsc::Sender<()>, Receiver<Vec<u32>>) {
        let ((let_go, may_go), (sent, received)) = (channel(), channel());
        let route = Route { name: "test", capacity: 4, gather };
        let courier = Courier::start(&route, move |things| {
            let _ = may_go.recv();
            let _ = sent.send(things);
            0
        });
        (courier.unwrap(), let_go, received)
    }

    #[test]
    fn whoever_gives_waits_for_nothing_and_what_finds_no_room_is_dropped() {
        let (courier, let_go, received) = courier(Duration::ZERO);
        for thing in 0..100 {
            courier.give(thing);
        }
        let before = Instant::now();
        assert!(!courier.finish(before + Duration::from_millis(50)), "it says that it was not sent");
        assert!(before.elapsed() < Duration::from_secs(30), "nor does the end wait for ever");
        drop(let_go);
        let sent: Vec<u32> = received.iter().take_while(|things| !things.contains(&3)).flatten().collect();
        assert!(sent.len() <= 8, "{sent:?}");
    }

    #[test]
    fn what_comes_together_goes_together_and_the_end_waits_for_no_more() {
        let (courier, let_go, received) = courier(FOR_EVER);
        courier.give(1);
        let_go.send(()).unwrap();
        assert!(courier.finish(Instant::now() + Duration::from_mins(1)));
        assert_eq!(received.recv().unwrap(), [1]);
    }
}
