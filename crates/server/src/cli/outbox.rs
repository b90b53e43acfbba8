//! The command line of `ironplate outbox`.

use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use ironplate_domain::{MessageId, MessageState};

use super::Format;

#[derive(Debug, Subcommand)]
pub(crate) enum OutboxCommand {
    /// List messages, newest first.
    List(ListMessages),
    /// Show all about one message, but for its link.
    Show {
        #[arg(value_parser = message_id, help = ID)]
        id: MessageId,

        /// A line a fact, or a JSON object.
        #[arg(long, value_enum, default_value = "text")]
        format: Format,
    },
    /// Send messages now that were given up or wait for their next attempt.
    Retry(RetryMessages),
    /// Remove a message, whether it was sent or not.
    Discard {
        #[arg(value_parser = message_id, help = ID)]
        id: MessageId,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ListMessages {
    /// Only those that are queued, being sent, sent, or given up (dead).
    #[arg(long, value_parser = states())]
    pub(crate) state: Option<MessageState>,

    /// At most so many.
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) limit: u32,

    /// Only those to an address that contains this.
    #[arg(long, value_name = "TEXT")]
    pub(crate) search: Option<String>,

    /// A table, or a JSON array.
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct RetryMessages {
    #[arg(value_parser = message_id, help = ID)]
    pub(crate) id: Option<MessageId>,

    /// All that were given up.
    #[arg(long)]
    pub(crate) all_dead: bool,
}

const ID: &str = "The message's id, as `ironplate outbox list` shows it";

fn message_id(text: &str) -> Result<MessageId, String> {
    text.parse().map(MessageId).map_err(|_| "an id looks like 019a3c5e-8f2b-7c41-9d06-5b1f3a2e7c88".to_owned())
}

fn states() -> impl TypedValueParser<Value = MessageState> {
    PossibleValuesParser::new(MessageState::ALL.map(MessageState::name))
        .try_map(|name| MessageState::from_name(&name).ok_or("there is no such state"))
}
