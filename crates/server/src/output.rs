//! Standard output and standard error, written by a thread of their own: whoever reads them slowly, or not at all, holds
//! up nobody.

use std::{
    fmt::Display,
    io::{self, Write, stderr, stdout},
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

/// Bytes that may wait to be written: some ten thousand lines.
const CAPACITY: usize = 4 * 1024 * 1024;

/// How long lines gather after some were written. Waking the thread for each line costs a busy server more than the line does; what
/// comes after a moment of rest is written at once.
const GATHERING: Duration = Duration::from_millis(2);

/// How long the end of the process waits for lines to be taken.
const FAREWELL: Duration = Duration::from_secs(1);

/// Takes lines at once; what finds no room is dropped and counted. As a writer, it writes to standard error.
#[derive(Clone)]
pub(crate) struct Output(Arc<Queue>);

#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Vec<Lines>,
    bytes: usize,
    dropped: u64,
    is_writing: bool,
    /// Nobody needs to wake the thread: it looks by itself in a moment.
    is_gathering: bool,
    /// The process ends: there is nothing more to wait for.
    is_ending: bool,
}

/// Lines that go to the same place, one after the other.
struct Lines {
    stream: Stream,
    text: Vec<u8>,
    count: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    Out,
    Err,
}

impl Output {
    /// Starts the thread that writes.
    ///
    /// # Errors
    /// There can be no more threads.
    pub(crate) fn start() -> io::Result<Self> {
        let output = Self(Arc::default());
        let queue = output.0.clone();
        thread::Builder::new().name("output".to_owned()).spawn(move || queue.write_for_ever(Lines::write))?;
        Ok(output)
    }

    /// A line on standard output.
    pub(crate) fn say(&self, text: impl Display) {
        self.0.push(Stream::Out, format!("{text}\n").as_bytes());
    }

    /// A line on standard error.
    pub(crate) fn complain(&self, text: impl Display) {
        self.0.push(Stream::Err, format!("{text}\n").as_bytes());
    }

    /// Waits until all is written, for a second at the most.
    pub(crate) fn finish(&self) {
        let is_busy = |state: &mut State| state.is_writing || !state.waiting.is_empty();
        let mut state = self.0.lock();
        state.is_ending = true;
        self.0.changed.notify_all();
        drop(self.0.changed.wait_timeout_while(state, FAREWELL, is_busy));
    }
}

impl Write for Output {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.push(Stream::Err, text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, stream: Stream, line: &[u8]) {
        let mut state = self.lock();
        if state.bytes + line.len() > CAPACITY {
            state.dropped += 1;
            return;
        }
        state.bytes += line.len();
        match state.waiting.last_mut().filter(|last| last.stream == stream) {
            Some(last) => {
                last.text.extend_from_slice(line);
                last.count += 1;
            }
            None => state.waiting.push(Lines { stream, text: line.to_owned(), count: 1 }),
        }
        let must_wake = !state.is_gathering;
        drop(state);
        if must_wake {
            self.changed.notify_all();
        }
    }

    fn write_for_ever(&self, mut write: impl FnMut(Lines) -> io::Result<()>) {
        loop {
            let (mut taken, mut lost) = (0, 0);
            for lines in self.take() {
                let count = lines.count;
                match write(lines) {
                    Ok(()) => taken += count,
                    Err(_) => lost += count,
                }
            }
            let dropped = self.count(lost, taken > 0);
            if dropped > 0 {
                tracing::warn!(dropped, "log lines were dropped, because nobody took them");
            }
            self.rest();
        }
    }

    /// Waits for lines, and takes all there are.
    fn take(&self) -> Vec<Lines> {
        let waiting = self.changed.wait_while(self.lock(), |state| state.waiting.is_empty());
        let mut state = waiting.unwrap_or_else(PoisonError::into_inner);
        (state.is_writing, state.is_gathering, state.bytes) = (true, false, 0);
        mem::take(&mut state.waiting)
    }

    /// How many lines were dropped, counted from the last time that they were told. Zero while nothing is taken, for then the
    /// line that tells would be lost, too.
    fn count(&self, lost: u64, is_taken: bool) -> u64 {
        let mut state = self.lock();
        state.dropped += lost;
        if is_taken { mem::take(&mut state.dropped) } else { 0 }
    }

    /// Wakes whoever waits for all lines to be written, and lets the next ones gather.
    fn rest(&self) {
        let mut state = self.lock();
        (state.is_writing, state.is_gathering) = (false, true);
        self.changed.notify_all();
        let gathered = self.changed.wait_timeout_while(state, GATHERING, |state| !state.is_ending);
        gathered.map_or_else(|poisoned| poisoned.into_inner().0, |(state, _)| state).is_gathering = false;
    }
}

impl Lines {
    fn write(self) -> io::Result<()> {
        match self.stream {
            Stream::Out => {
                let mut out = stdout().lock();
                out.write_all(&self.text)?;
                out.flush()
            }
            Stream::Err => stderr().write_all(&self.text),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A queue whose lines are taken one by one, when the test asks for them.
    fn slowly_read() -> (Output, mpsc::Receiver<String>) {
        let output = Output(Arc::default());
        let (queue, (taken, reader)) = (output.0.clone(), mpsc::sync_channel(0));
        thread::spawn(move || {
            queue.write_for_ever(|lines| {
                taken.send(String::from_utf8_lossy(&lines.text).into_owned()).map_err(io::Error::other)
            });
        });
        (output, reader)
    }

    #[test]
    fn lines_are_taken_in_their_order_and_the_end_waits_for_them() {
        let (output, reader) = slowly_read();
        for n in 0..3 {
            output.complain(n);
        }
        let read = thread::spawn(move || {
            let mut all = String::new();
            while all.lines().count() < 3 {
                all += &reader.recv().unwrap();
            }
            all
        });
        output.finish();
        assert_eq!(read.join().unwrap(), "0\n1\n2\n");
    }

    #[test]
    fn a_reader_that_is_stuck_holds_up_nobody_and_costs_bounded_memory() {
        let (mut output, reader) = slowly_read();
        let line = [b'x'; 1024];
        for _ in 0..3 * CAPACITY / line.len() {
            output.write_all(&line).unwrap();
        }
        let state = output.0.lock();
        assert!(state.bytes <= CAPACITY && state.dropped > 0, "{} bytes, {} dropped", state.bytes, state.dropped);
        drop(state);
        output.finish();
        drop(reader);
    }

    #[test]
    fn what_was_dropped_is_counted_until_lines_are_taken_again() {
        let queue = Queue::default();
        assert_eq!(queue.count(2, false), 0, "who takes nothing is told nothing");
        assert_eq!(queue.count(1, true), 3);
        assert_eq!(queue.count(0, true), 0, "and told once");
    }
}
