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
    waiting: Vec<Line>,
    bytes: usize,
    dropped: u64,
    is_writing: bool,
}

struct Line {
    stream: Stream,
    text: Vec<u8>,
}

#[derive(Clone, Copy)]
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
        thread::Builder::new().name("output".to_owned()).spawn(move || queue.write_for_ever(Line::write))?;
        Ok(output)
    }

    /// A line on standard output.
    pub(crate) fn say(&self, text: impl Display) {
        self.0.push(Line { stream: Stream::Out, text: format!("{text}\n").into_bytes() });
    }

    /// A line on standard error.
    pub(crate) fn complain(&self, text: impl Display) {
        self.0.push(Line { stream: Stream::Err, text: format!("{text}\n").into_bytes() });
    }

    /// Waits until all is written, for a second at the most.
    pub(crate) fn finish(&self) {
        let is_busy = |state: &mut State| state.is_writing || !state.waiting.is_empty();
        drop(self.0.changed.wait_timeout_while(self.0.lock(), FAREWELL, is_busy));
    }
}

impl Write for Output {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.push(Line { stream: Stream::Err, text: text.to_owned() });
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

    fn push(&self, line: Line) {
        let mut state = self.lock();
        if state.bytes + line.text.len() > CAPACITY {
            state.dropped += 1;
            return;
        }
        state.bytes += line.text.len();
        state.waiting.push(line);
        drop(state);
        self.changed.notify_all();
    }

    fn write_for_ever(&self, mut write: impl FnMut(Line) -> io::Result<()>) {
        loop {
            let lines = self.take();
            let count = lines.len();
            let lost = lines.into_iter().filter_map(|line| write(line).err()).count();
            let dropped = self.count(lost, count > lost);
            if dropped > 0 {
                tracing::warn!(dropped, "log lines were dropped, because nobody took them");
            }
            self.rest();
        }
    }

    /// Waits for lines, and takes all there are.
    fn take(&self) -> Vec<Line> {
        let waiting = self.changed.wait_while(self.lock(), |state| state.waiting.is_empty());
        let mut state = waiting.unwrap_or_else(PoisonError::into_inner);
        (state.is_writing, state.bytes) = (true, 0);
        mem::take(&mut state.waiting)
    }

    /// How many lines were dropped, counted from the last time that they were told. Zero while nothing is taken, for then the
    /// line that tells would be lost, too.
    fn count(&self, lost: usize, is_taken: bool) -> u64 {
        let mut state = self.lock();
        state.dropped += lost as u64;
        if is_taken { mem::take(&mut state.dropped) } else { 0 }
    }

    /// Wakes whoever waits for all lines to be written.
    fn rest(&self) {
        self.lock().is_writing = false;
        self.changed.notify_all();
    }
}

impl Line {
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
            queue.write_for_ever(|line| {
                taken.send(String::from_utf8_lossy(&line.text).into_owned()).map_err(io::Error::other)
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
        let read = thread::spawn(move || reader.iter().take(3).collect::<Vec<_>>());
        output.finish();
        assert_eq!(read.join().unwrap(), ["0\n", "1\n", "2\n"]);
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
