//! A process of the binary, with everything it says.

use std::{
    fs::{self, File},
    io::{PipeReader, Read, Write, pipe},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
};

pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process};
use tempfile::TempDir;

use crate::{setup::Log, until};

/// What Linux keeps of a pipe that nobody reads.
const PIPE_CAPACITY: usize = 65_536;

/// A running process. Dropped, it is killed; and it must not have panicked.
pub struct Process {
    child: Child,
    /// Beside the process's own folder, which stays as the process leaves it.
    output: TempDir,
    /// What it says goes in here, if nobody is to read it.
    unread: Option<PipeReader>,
}

/// A process that came to its end by itself.
#[derive(Debug)]
pub struct Finished {
    /// `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
}

impl Finished {
    /// All that was said.
    #[must_use]
    pub fn output(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

impl Process {
    /// Starts the command, which reads `input` and nothing more; or waits for what is never typed.
    #[must_use]
    pub(crate) fn spawn(mut command: Command, input: Option<&str>, log: Log) -> Self {
        let output = TempDir::new().expect("a temporary folder");
        let file = |name| File::create(output.path().join(name)).expect("a file for output");
        command.stdin(Stdio::piped()).stdout(file("stdout")).stderr(file("stderr"));
        if let Log::Full = log {
            command.stderr(File::options().write(true).open("/dev/full").expect("Linux"));
        }
        let mut unread = None;
        if let Log::Stuck = log {
            let (reader, mut writer) = pipe().expect("a pipe");
            writer.write_all(&b"\n".repeat(PIPE_CAPACITY)).expect("room for this");
            command.stdout(writer.try_clone().expect("a descriptor")).stderr(writer);
            unread = Some(reader);
        }
        let mut child = command.spawn().expect("the binary starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        if let Some(input) = input {
            // A process that does not want its input may be gone already.
            let _ = stdin.write_all(input.as_bytes());
        } else {
            child.stdin = Some(stdin);
        }
        Self { child, output, unread }
    }

    /// All that it says until its end, from one of whom nobody read a word so far.
    pub async fn read_at_last(mut self) -> Finished {
        let mut reader = self.unread.take().expect("a process with a stuck log");
        let reading = thread::spawn(move || {
            let mut said = String::new();
            reader.read_to_string(&mut said).map(|_| said)
        });
        let mut finished = self.finish().await;
        finished.stderr = reading.join().expect("a reader").expect("text");
        finished
    }

    /// What it has printed so far.
    #[must_use]
    pub fn stdout(&self) -> String {
        self.said("stdout")
    }

    /// What it has logged and complained about so far.
    #[must_use]
    pub fn stderr(&self) -> String {
        self.said("stderr")
    }

    fn said(&self, name: &str) -> String {
        let bytes = fs::read(self.output.path().join(name)).expect("the file for output");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the process is there");
    }

    /// Waits until it takes this signal instead of being ended by it.
    pub async fn takes(&self, signal: Signal) {
        let bit = 1 << (signal.as_raw() - 1);
        until("the process takes the signal", async || (self.taken_signals() & bit != 0).then_some(())).await;
    }

    fn taken_signals(&self) -> u64 {
        u64::from_str_radix(&self.status("SigCgt:"), 16).expect("a number")
    }

    fn status(&self, field: &str) -> String {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("Linux");
        let line = status.lines().find_map(|line| line.strip_prefix(field)).expect("a process that runs");
        line.trim().to_owned()
    }

    /// Ends it without a chance to tidy up.
    pub fn kill(&mut self) {
        self.child.kill().expect("the process can be killed");
        self.child.wait().expect("the process ends");
    }

    /// The most memory that it ever had in use, in KiB.
    #[must_use]
    pub fn peak_memory_kib(&self) -> u64 {
        self.status("VmHWM:").trim_end_matches("kB").trim().parse().expect("a number")
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("the process can be asked")
    }

    /// Waits for its end.
    pub async fn finish(mut self) -> Finished {
        let status = until("the process ends", async || self.ended()).await;
        Finished { code: status.code(), stdout: self.stdout(), stderr: self.stderr() }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended before.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("--- the process printed:\n{}--- and logged:\n{}---", self.stdout(), self.stderr());
        } else {
            assert!(!self.stderr().contains("panicked"), "the process panicked:\n{}", self.stderr());
        }
    }
}
