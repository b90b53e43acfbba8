#![doc = include_str!("../README.md")]

mod banner;
mod cli;
mod commands;
mod config;
mod development;
mod failure;
mod lifecycle;
mod logging;
mod terminal;
mod wiring;

use std::{
    io::{Write, stderr},
    process::ExitCode,
};

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    match commands::run(cli::Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(stderr(), "{failure}");
            ExitCode::FAILURE
        }
    }
}
