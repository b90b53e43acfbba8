//! `ironplate outbox …`.

mod text;

use ironplate_application::{
    outbox::{Outbox, OverseeError},
    ports::{MessageOrder, PageRequest},
};
use ironplate_domain::{MessageId, MessageState};
use serde_json::Value;

use super::{check_database, reach_database};
use crate::{
    cli::{Format, ListMessages, OutboxCommand, RetryMessages},
    config::Config,
    failure::Failure,
    operator,
    table::moment,
    terminal::say,
    wiring::Wiring,
};
use text::{Details, Table, whose};

pub(super) async fn run(config: &Config, command: OutboxCommand) -> Result<(), Failure> {
    reach_database(config).await?;
    let wiring = Wiring::new(config)?;
    check_database(config, &*wiring.ports.store).await?;
    let outbox = wiring.application().outbox;
    match command {
        OutboxCommand::List(wanted) => list(&outbox, wanted).await,
        OutboxCommand::Show { id, format } => show(&outbox, id, config, format).await,
        OutboxCommand::Retry(RetryMessages { id: Some(id), .. }) => retry(&outbox, id, config).await,
        OutboxCommand::Retry(RetryMessages { id: None, .. }) => retry_dead(&outbox, config).await,
        OutboxCommand::Discard { id } => discard(&outbox, id).await,
    }
}

async fn list(outbox: &Outbox, wanted: ListMessages) -> Result<(), Failure> {
    let ListMessages { state, limit, search, format } = wanted;
    let request = PageRequest { order: MessageOrder::Newest, search: search.clone(), after: None, skip: 0, limit };
    let page = outbox.list(state, &request).await.map_err(|error| failed(&error))?;
    if format == Format::Json {
        say(format_args!("{:#}", Value::Array(page.rows.iter().map(text::json).collect())));
        return Ok(());
    }
    if page.rows.is_empty() {
        say(match (state, search) {
            (None, None) => "The outbox is empty.".to_owned(),
            (Some(state), None) => format!("No message is {}.", state.name()),
            (None, Some(search)) => format!("No message is to an address that contains {search:?}."),
            (Some(state), Some(search)) => {
                format!("No message to an address that contains {search:?} is {}.", state.name())
            }
        });
        return Ok(());
    }
    say(Table(&page.rows));
    if page.more {
        say(format_args!("\n{} of {} messages; --limit shows more.", page.rows.len(), page.count));
    }
    Ok(())
}

async fn show(outbox: &Outbox, id: MessageId, config: &Config, format: Format) -> Result<(), Failure> {
    let message = outbox.find(id).await.map_err(|error| failed(&error))?.ok_or_else(|| unknown(id))?;
    match format {
        Format::Json => say(format_args!("{:#}", text::json(&message))),
        Format::Text => say(Details { message: &message, max_attempts: config.outbox.delivery.max_attempts }),
    }
    Ok(())
}

async fn retry(outbox: &Outbox, id: MessageId, config: &Config) -> Result<(), Failure> {
    let is_due = outbox.retry(id, &operator::of_this_machine()).await.map_err(|error| failed(&error))?;
    let message = outbox.find(id).await.map_err(|error| failed(&error))?.ok_or_else(|| unknown(id))?;
    if is_due {
        say(format_args!("{} is due now.{}", whose(&message), unless_off(config)));
        return Ok(());
    }
    Err(Failure(match (message.state, message.finished_at) {
        (MessageState::Sent, Some(at)) => format!("{} was sent already, at {}.", whose(&message), moment(at)),
        _ => format!("{} is in the hands of a worker right now; nothing was changed.", whose(&message)),
    }))
}

async fn retry_dead(outbox: &Outbox, config: &Config) -> Result<(), Failure> {
    let (hint, count) =
        (unless_off(config), outbox.retry_dead(&operator::of_this_machine()).await.map_err(|error| failed(&error))?);
    match count {
        0 => say("No message is dead."),
        1 => say(format_args!("1 message is due now.{hint}")),
        count => say(format_args!("{count} messages are due now.{hint}")),
    }
    Ok(())
}

async fn discard(outbox: &Outbox, id: MessageId) -> Result<(), Failure> {
    let message = outbox.find(id).await.map_err(|error| failed(&error))?.ok_or_else(|| unknown(id))?;
    outbox.discard(id, &operator::of_this_machine()).await.map_err(|error| match error {
        OverseeError::NotFound => unknown(id),
        error => failed(&error),
    })?;
    let consequence = match message.state {
        MessageState::Queued => "it will not be sent",
        MessageState::Sending => "a worker had it in hand and may still send it",
        MessageState::Sent => "it had been sent",
        MessageState::Dead => "it had been given up",
    };
    say(format_args!("Removed {}; {consequence}.", whose(&message)));
    Ok(())
}

/// Who retries mail while it is off should not wait for it.
fn unless_off(config: &Config) -> &'static str {
    if config.mail.is_off() { " But mail is off (mail.transport): it will be given up again." } else { "" }
}

fn unknown(id: MessageId) -> Failure {
    Failure(format!("There is no message {id}; `ironplate outbox list` shows all there are."))
}

fn failed(error: &dyn std::error::Error) -> Failure {
    Failure::because("The outbox could not be asked", error)
}
