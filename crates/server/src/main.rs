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
    process::ExitCode,
    thread::available_parallelism,
};

use failure::Failure;
use lifecycle::Shutdown;
use output::Output;
use telemetry::Farewell;
use tokio::runtime::Builder;

/// Gives pages back at once, by the configuration of the build in `.cargo/config.toml`.
#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let farewell = Farewell;
    let output = match Output::start() {
        Ok(output) => output,
        Err(error) => {
            let _ = writeln!(stderr(), "{}", Failure::because("No thread could be started", &error));
            return ExitCode::FAILURE;
        }
    };
    let outcome = run(&output);
    if let Err(failure) = &outcome {
        output.complain(failure);
        telemetry::report_end(failure);
    }
    // It may have something to say.
    drop(farewell);
    output.finish();
    if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(output: &Output) -> Result<(), Failure> {
    let runtime = Builder::new_multi_thread().worker_threads(use_case_threads()).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::because("The runtime could not be started", &error))?;
    let outcome = runtime.block_on(async {
        // First of all: whoever is process 1 does not hear a signal that nobody asked for.
        let shutdown = Shutdown::on_signals()?;
        Box::pin(commands::run(cli::Cli::typed(), output, shutdown)).await
    });
    // What blocks a thread now, such as a lock that somebody else holds, nobody waits for any more.
    runtime.shutdown_background();
    outcome
}

/// Use cases mostly wait for the database. Half as many threads as cores do that with fewer hand-overs between them, and
/// leave the rest to the threads that parse and answer.
fn use_case_threads() -> usize {
    available_parallelism().map_or(1, |cores| cores.get().div_ceil(2))
}
