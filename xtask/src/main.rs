#![doc = include_str!("../README.md")]

mod book;
mod failure;
mod keywords;
mod rename;
mod resource;
mod tree;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tasks on the source as a whole.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Give the product a name: in crates, binary, variables, metrics, pages, deployment and documents.
    Rename(rename::Wishes),
    /// Write a resource that users and organisations own, through all layers, with its tests; or take one away.
    Resource(Box<resource::Arguments>),
    /// Add a field to a resource that was generated, through all layers, with a migration.
    Field(resource::field::Addition),
    /// Lead the links of the book on; mdBook runs it.
    #[command(hide = true)]
    Book(book::Asked),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Rename(wishes) => tree::root().and_then(|root| rename::run(&root, wishes)),
        Task::Resource(arguments) => tree::root().and_then(|root| resource::run(&root, *arguments)),
        Task::Field(addition) => tree::root().and_then(|root| resource::field::run(&root, &addition)),
        Task::Book(asked) => tree::root().and_then(|root| book::run(&root, &asked)),
    };
    match outcome {
        Ok(told) => {
            print!("{told}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
