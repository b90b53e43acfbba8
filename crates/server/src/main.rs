#![doc = include_str!("../README.md")]

mod banner;
mod cli;
mod commands;
mod config;
mod development;
mod failure;
mod lifecycle;
mod logging;
mod showing;
mod terminal;
mod wiring;
mod worker;

use std::{
    io::{Write, stderr},
    process::ExitCode,
    thread::available_parallelism,
};

use clap::Parser;
use failure::Failure;
use tokio::runtime::Builder;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = Builder::new_multi_thread().worker_threads(use_case_threads()).enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(commands::run(cli)),
        Err(error) => Err(Failure::because("The runtime could not be started", &error)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(stderr(), "{failure}");
            ExitCode::FAILURE
        }
    }
}

/// Use cases mostly wait for the database. Half as many threads as cores do that with fewer hand-overs between them, and
/// leave the rest to the threads that parse and answer.
fn use_case_threads() -> usize {
    available_parallelism().map_or(1, |cores| cores.get().div_ceil(2))
}
