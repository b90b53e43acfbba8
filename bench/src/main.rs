#![doc = include_str!("../README.md")]

mod argon;
mod baseline;
mod collector;
mod crowds;
mod database;
mod enumeration;
mod figures;
mod flood;
mod http;
mod lists;
mod load;
mod measure;
mod observing;
mod organizations;
mod plan;
mod process;
mod report;
mod requests;
mod rounds;
mod servers;
mod startup;
mod subject;
mod table;
mod walk;

use std::{error::Error, process::ExitCode, time::Instant};

use crate::{database::Database, plan::Plan, subject::Binaries};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const USAGE: &str = "cargo run --release -p ironplate-bench [-- --quick | -- enumeration | -- observing | -- organizations | -- lists | -- crowds | -- servers]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        [] => bench(Plan::FULL),
        ["--quick"] => bench(Plan::QUICK),
        [enumeration::COMMAND] => enumerate(),
        [observing::COMMAND] => observe(Plan::PRECISE),
        [observing::COMMAND, "--quick"] => observe(Plan::QUICK),
        [organizations::COMMAND] => organizations(Plan::FULL),
        [organizations::COMMAND, "--quick"] => organizations(Plan::QUICK),
        [lists::COMMAND] => lists(Plan::FULL),
        [lists::COMMAND, "--quick"] => lists(Plan::QUICK),
        [crowds::COMMAND] => crowds(Plan::FULL),
        [crowds::COMMAND, "--quick"] => crowds(Plan::QUICK),
        [servers::COMMAND] => servers(Plan::FULL),
        [servers::COMMAND, "--quick"] => servers(Plan::QUICK),
        [baseline::COMMAND, address, url] => baseline::serve(address, url),
        _ => Err(format!("usage: {USAGE}").into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// One thread is enough to generate the load, and leaves the cores to who is measured.
#[tokio::main(flavor = "current_thread")]
async fn bench(plan: Plan) -> Outcome<()> {
    let binaries = Binaries::build()?;
    let begun = Instant::now();
    if let Some(database) = postgres().await {
        measure::all("PostgreSQL", database, &binaries, &plan).await?;
    }
    measure::all("SQLite", Database::sqlite()?, &binaries, &plan).await?;
    println!("\n{} s in all. How to read this: bench/README.md", begun.elapsed().as_secs());
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn enumerate() -> Outcome<()> {
    let binaries = Binaries::build()?;
    if let Some(database) = postgres().await {
        enumeration::measure("PostgreSQL", database, &binaries).await?;
    }
    enumeration::measure("SQLite", Database::sqlite()?, &binaries).await
}

#[tokio::main(flavor = "current_thread")]
async fn observe(plan: Plan) -> Outcome<()> {
    let binaries = Binaries::build()?;
    if let Some(database) = postgres().await {
        observing::measure("PostgreSQL", database, &binaries, &plan).await?;
    }
    observing::measure("SQLite", Database::sqlite()?, &binaries, &plan).await
}

#[tokio::main(flavor = "current_thread")]
async fn organizations(plan: Plan) -> Outcome<()> {
    let binaries = Binaries::build()?;
    if let Some(database) = postgres().await {
        organizations::measure("PostgreSQL", database, &binaries, &plan).await?;
    }
    organizations::measure("SQLite", Database::sqlite()?, &binaries, &plan).await
}

#[tokio::main(flavor = "current_thread")]
async fn lists(plan: Plan) -> Outcome<()> {
    let binaries = Binaries::build()?;
    for (few, many) in [(postgres().await, postgres().await), (Some(Database::sqlite()?), Some(Database::sqlite()?))] {
        if let (Some(few), Some(many)) = (few, many) {
            lists::measure(few, many, &binaries, &plan).await?;
        }
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn crowds(plan: Plan) -> Outcome<()> {
    let binaries = Binaries::build()?;
    if let Some(database) = postgres().await {
        crowds::measure(database, &binaries, &plan).await?;
    }
    crowds::measure(Database::sqlite()?, &binaries, &plan).await
}

/// SQLite has one.
#[tokio::main(flavor = "current_thread")]
async fn servers(plan: Plan) -> Outcome<()> {
    let binaries = Binaries::build()?;
    match postgres().await {
        Some(database) => servers::measure(database, &binaries, &plan).await,
        None => Ok(()),
    }
}

async fn postgres() -> Option<Database> {
    Database::postgres()
        .await
        .inspect_err(|error| {
            println!("\n*** PostgreSQL IS LEFT OUT: {error}. TEST_DATABASE_URL tells where it is. ***");
        })
        .ok()
}
