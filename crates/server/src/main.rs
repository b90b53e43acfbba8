#![doc = include_str!("../README.md")]

mod banner;
mod certificate;
mod cli;
mod clock_watch;
mod commands;
mod config;
mod database;
mod development;
mod failure;
mod file;
mod http_client;
mod lifecycle;
mod logging;
mod mailbox_visibility;
mod metrics;
mod operator;
mod output;
mod recipes;
mod redirect;
mod server;
mod service_manager;
mod table;
mod telemetry;
mod terminal;
mod wiring;
mod worker;

use std::{
    io::{Write, stderr},
    mem,
    process::ExitCode,
    thread::available_parallelism,
};

use failure::Failure;
use lifecycle::Shutdown;
use output::Output;
use telemetry::Farewell;
use tokio::runtime::{Builder, Runtime};

/// Gives pages back at once, by the configuration of the build in `.cargo/config.toml`.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let farewell = Farewell;
    let (runtime, shutdown, output) = match begin() {
        Ok(begun) => begun,
        Err(failure) => {
            let _ = writeln!(stderr(), "{failure}");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(Box::pin(commands::run(cli::Cli::typed(), &output, shutdown)));
    // What blocks a thread now, such as a lock that somebody else holds, nobody waits for any more.
    // The process ends with it. Shut down, it would have what still runs stumble over its clock, and say so.
    mem::forget(runtime);
    if let Err(failure) = &outcome {
        logging::tell_end(failure, &output);
    }
    // It may have something to say.
    drop(farewell);
    output.finish();
    if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Signals before all else: whoever is process 1 does not hear one that nobody asked for. What comes before that, while the system
/// loads the binary, is lost to it.
fn begin() -> Result<(Runtime, Shutdown, Output), Failure> {
    let runtime = Builder::new_multi_thread().worker_threads(use_case_threads()).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::because("The runtime could not be started", &error))?;
    let shutdown = {
        let _inside = runtime.enter();
        Shutdown::on_signals()?
    };
    let output = Output::start().map_err(|error| Failure::because("No thread could be started", &error))?;
    Ok((runtime, shutdown, output))
}

/// Use cases mostly wait for the database. Half as many threads as cores do that with fewer hand-overs between them, and
/// leave the rest to the threads that parse and answer.
fn use_case_threads() -> usize {
    available_parallelism().map_or(1, |cores| cores.get().div_ceil(2))
}
