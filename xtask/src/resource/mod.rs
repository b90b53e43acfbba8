//! Writes a resource that users and organisations own, through all layers, or takes one away.

mod actions;
mod asked;
mod called;
mod companions;
pub(crate) mod field;
mod files;
mod insertions;
mod kinds;
mod model;
mod record;
#[cfg(test)]
mod refusals;
mod relations;
mod remove;
mod render;
mod spec;
mod sql;
mod taken;
#[cfg(test)]
mod tests;
mod told;
mod types;
mod words;
#[cfg(test)]
mod working_copy;
mod write;
mod written;

use std::path::Path;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::failure::{Outcome, refuse};

const FIELDS: &str = "Its fields: name:title goal:text? due_on:date? status:enum(active,archived) amount:integer price:decimal(2) is_urgent:boolean \
    starts_at:moment contact:email site:url project:reference(projects); a ? lets one be missing";

/// One to write, or one to take away.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Take this resource away: its files, its lines in files of all, and its table, by a migration
    #[arg(long, value_name = "NOUN", exclusive = true)]
    remove: Option<String>,
    #[command(flatten)]
    wishes: Option<Wishes>,
}

/// What it is, and what shall not follow from that.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Wishes {
    /// What one is called, in code, such as project
    pub(crate) noun: String,
    /// Its fields, each with its kind
    #[arg(required = true, help = FIELDS)]
    pub(crate) fields: Vec<String>,
    /// What several are called, in code
    #[arg(long)]
    pub(crate) plural: Option<String>,
    /// The titles and texts that lists are searched for, by commas; by default the title
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) search: Vec<String>,
    /// What lists are sorted by, beside the moment at which one was made; by default the title
    #[arg(long, value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) order: Vec<String>,
    /// The title, if no two of one owner may have the same
    #[arg(long)]
    pub(crate) unique: Option<String>,
    /// A button that sets an enum, which nothing else sets then: archive=archived, or 'complete=done|Mark as done|completed' with
    /// what stands on it and what is told afterwards
    #[arg(long)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) action: Vec<String>,
    /// Who may own one, if not both
    #[arg(long, value_name = "user|organization")]
    pub(crate) owner: Option<OwnerKind>,
    /// One can be moved to another owner
    #[arg(long)]
    pub(crate) moves: bool,
    /// So many one owner may have, unless the settings say otherwise
    #[arg(long)]
    pub(crate) most: Option<u32>,
    /// Of an enum: what is shown as good
    #[arg(long)]
    pub(crate) good: Option<String>,
    /// What is called so in the examples of the API
    #[arg(long)]
    pub(crate) example: Option<String>,
    /// What it is called after the example of a change
    #[arg(long)]
    pub(crate) example_changed: Option<String>,
    /// In paths of the API, in the place of an id
    #[arg(long)]
    pub(crate) placeholder: Option<String>,
}

/// Who owns something, where only one kind does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OwnerKind {
    /// People alone
    User,
    /// Organisations alone
    Organization,
}

/// Does what is asked for, and answers what was done, in words.
pub(crate) fn run(root: &Path, arguments: Arguments) -> Outcome<String> {
    match arguments {
        Arguments { remove: Some(called), .. } => remove::run(root, &called),
        Arguments { wishes: Some(wishes), .. } => write::run(root, &wishes),
        Arguments { remove: None, wishes: None } => refuse!("say what to write, or what to --remove"),
    }
}
