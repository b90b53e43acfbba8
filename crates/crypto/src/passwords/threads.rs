//! Threads that hash, and the bounded queues before them.

use std::{
    io,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
    time::{Duration, Instant},
};

use argon2::Block;
use crossbeam_channel::{Receiver, RecvError, Sender, bounded, select_biased};
use ironplate_application::ports::HashingError;
use ironplate_measure::{Part, SpanKind, SpanStatus, figures, note, note_span};
use tokio::sync::oneshot;

/// Below everything that answers requests: a flood of log-ins gets what these leave over of the processors.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 19;

/// A thread without work gives its memory back after that long.
const KEEP_MEMORY: Duration = Duration::from_secs(10);

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

pub(super) struct Threads {
    known: Sender<Job>,
    anybody: Sender<Job>,
}

/// In which of the two queues something waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Queue {
    /// It goes first.
    Known,
    Anybody,
}

/// The other ends of both.
#[derive(Clone)]
struct Jobs {
    known: Receiver<Job>,
    anybody: Receiver<Job>,
}

impl Threads {
    /// They end when this value is dropped and both queues, of this length each, are empty.
    pub(super) fn start(count: NonZeroUsize, queue: usize, kept_blocks: usize) -> io::Result<Self> {
        let ((first, known), (sender, anybody)) = (bounded(queue), bounded(queue));
        let receivers = Jobs { known, anybody };
        for number in 0..count.get() {
            let jobs = receivers.clone();
            let memory = Memory { blocks: Vec::new(), kept: kept_blocks };
            thread::Builder::new().name(format!("password-{number}")).spawn(move || work(&jobs, memory))?;
        }
        Ok(Self { known: first, anybody: sender })
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        queue: Queue,
        job: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, HashingError> {
        let (sender, result) = oneshot::channel();
        let begun = Instant::now();
        let job: Job = Box::new(move |memory| {
            figures().began_hash(begun.elapsed());
            // Whoever asked and left needs no answer.
            if !sender.is_closed() {
                let hashing = Instant::now();
                let hashed = job(memory);
                figures().hashed(hashing.elapsed());
                let _ = sender.send(hashed);
            }
        });
        figures().hash_queue.inc();
        let queue = match queue {
            Queue::Known => &self.known,
            Queue::Anybody => &self.anybody,
        };
        if queue.try_send(job).is_err() {
            figures().hash_queue.dec();
            figures().hash_refusals.inc();
            return Err(HashingError::Busy);
        }
        let outcome = result.await;
        let took = begun.elapsed();
        note(Part::Hashing, took);
        let status = if outcome.is_ok() { SpanStatus::Unset } else { SpanStatus::Error };
        note_span(SpanKind::Internal, "password hash", begun, took, status);
        outcome.map_err(|_| HashingError::Failed("the hashing thread gave up".into()))
    }
}

impl Jobs {
    /// The next one, once there is one; `Err` when there will be none any more.
    fn next(&self, idle: impl FnOnce()) -> Result<Job, RecvError> {
        let Self { known, anybody } = self;
        select_biased! {
            recv(known) -> job => return job.or_else(|_| anybody.recv()),
            recv(anybody) -> job => return job.or_else(|_| known.recv()),
            default(KEEP_MEMORY) => idle(),
        }
        select_biased! {
            recv(known) -> job => job.or_else(|_| anybody.recv()),
            recv(anybody) -> job => job.or_else(|_| known.recv()),
        }
    }
}

fn work(jobs: &Jobs, mut memory: Memory) {
    be_nice();
    while let Ok(job) = jobs.next(|| memory.release()) {
        // A panic fails its own caller; the thread serves the next.
        if catch_unwind(AssertUnwindSafe(|| job(&mut memory))).is_err() {
            memory.release();
        }
        memory.shrink();
    }
}

/// Lowers the priority of this thread. Linux gives each thread one of its own; elsewhere it would be the process's.
#[cfg(target_os = "linux")]
fn be_nice() {
    // A thread that may not be nice competes as an equal.
    let _ = rustix::process::setpriority_process(None, NICENESS);
}

#[cfg(not(target_os = "linux"))]
fn be_nice() {}

/// The memory of one thread.
pub(super) struct Memory {
    blocks: Vec<Block>,
    /// How much of it stays allocated between hashes.
    kept: usize,
}

impl Memory {
    /// At least zeroed or used before; Argon2 overwrites it.
    pub(super) fn blocks(&mut self, count: usize) -> &mut [Block] {
        if self.blocks.len() < count {
            self.blocks.resize(count, Block::new());
        }
        self.blocks.get_mut(..count).unwrap_or_default()
    }

    fn shrink(&mut self) {
        if self.blocks.len() > self.kept {
            self.blocks.truncate(self.kept);
            self.blocks.shrink_to_fit();
        }
    }

    fn release(&mut self) {
        self.blocks = Vec::new();
    }
}
