//! Rows of `outbox`.

use diesel::prelude::*;
use ironplate_application::ports::BoxError;
use ironplate_domain::{Email, Fact, Facts, MailTemplate, Message, MessageId, MessageState, SealedToken, UserId, fold};
use serde_json::{Map, Value};

use super::{super::number, outbox};
use crate::types::{Id, Moment};

#[derive(Queryable, Selectable)]
#[diesel(table_name = outbox)]
pub(super) struct MessageRow {
    id: Id,
    template: String,
    recipient: String,
    recipient_canonical: String,
    facts: String,
    sealed_token: Option<Vec<u8>>,
    created_at: Moment,
    state: String,
    attempts: i32,
    due_at: Moment,
    finished_at: Option<Moment>,
    last_error: Option<String>,
    user_id: Option<Id>,
}

/// Fails for a template or a state that this version does not know.
impl TryFrom<MessageRow> for Message {
    type Error = BoxError;

    fn try_from(row: MessageRow) -> Result<Self, BoxError> {
        Ok(Self {
            id: MessageId(row.id.0),
            template: MailTemplate::from_name(&row.template).ok_or("the template is unknown")?,
            to: Email::from_stored(row.recipient, row.recipient_canonical),
            facts: read_facts(&row.facts),
            sealed_token: row.sealed_token.map(SealedToken),
            created_at: row.created_at.0,
            state: MessageState::from_name(&row.state).ok_or("the state is unknown")?,
            attempts: u32::try_from(row.attempts).unwrap_or(0),
            due_at: row.due_at.0,
            finished_at: row.finished_at.map(|moment| moment.0),
            last_error: row.last_error,
            user: row.user_id.map(|id| UserId(id.0)),
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false)]
pub(super) struct NewMessageRow<'a> {
    id: Id,
    template: &'static str,
    recipient: &'a str,
    recipient_canonical: &'a str,
    recipient_folded: String,
    facts: String,
    sealed_token: Option<&'a [u8]>,
    created_at: Moment,
    state: &'static str,
    attempts: i32,
    due_at: Moment,
    finished_at: Option<Moment>,
    last_error: Option<String>,
    user_id: Option<Id>,
}

impl<'a> From<&'a Message> for NewMessageRow<'a> {
    fn from(message: &'a Message) -> Self {
        Self {
            id: Id(message.id.0),
            template: message.template.name(),
            recipient: message.to.as_str(),
            recipient_canonical: message.to.canonical(),
            recipient_folded: fold(message.to.as_str()),
            facts: write_facts(&message.facts),
            sealed_token: message.sealed_token.as_ref().map(|sealed| &*sealed.0),
            created_at: Moment(message.created_at),
            state: message.state.name(),
            attempts: number(message.attempts),
            due_at: Moment(message.due_at),
            finished_at: message.finished_at.map(Moment),
            last_error: message.last_error.as_deref().map(storable),
            user_id: message.user.map(|id| Id(id.0)),
        }
    }
}

/// What looking up an addressee can change.
#[derive(AsChangeset)]
#[diesel(table_name = outbox, treat_none_as_null = true)]
pub(super) struct ResolutionChangeset<'a> {
    template: &'static str,
    recipient: &'a str,
    recipient_canonical: &'a str,
    recipient_folded: String,
    facts: String,
    sealed_token: Option<&'a [u8]>,
    user_id: Option<Id>,
}

impl<'a> From<&'a Message> for ResolutionChangeset<'a> {
    fn from(message: &'a Message) -> Self {
        let NewMessageRow {
            template,
            recipient,
            recipient_canonical,
            recipient_folded,
            facts,
            sealed_token,
            user_id,
            ..
        } = NewMessageRow::from(message);
        Self { template, recipient, recipient_canonical, recipient_folded, facts, sealed_token, user_id }
    }
}

/// What a mail server said may hold NUL, which PostgreSQL can't store; then the message could never be marked.
pub(super) fn storable(error: &str) -> String {
    error.replace('\0', "\u{fffd}")
}

fn write_facts(facts: &Facts) -> String {
    let facts = facts.iter().map(|(fact, text)| (fact.name().to_owned(), Value::from(text.as_str())));
    Value::Object(facts.collect()).to_string()
}

/// A fact that this version does not know was added by a newer one, whose templates say it. Ours never do, so it is left
/// out.
fn read_facts(text: &str) -> Facts {
    let facts: Map<String, Value> = serde_json::from_str(text).unwrap_or_default();
    let known = |(name, value): (String, Value)| match (Fact::from_name(&name), value) {
        (Some(fact), Value::String(text)) => Some((fact, text)),
        _ => None,
    };
    facts.into_iter().filter_map(known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_read_back_as_written() {
        let texts = ["", "true", "Ann \"A\" O'Neill\\\n\0😀", "2026-01-02T03:04:05Z"];
        let facts: Facts = Fact::ALL.into_iter().zip(texts.map(str::to_owned)).collect();
        assert_eq!(read_facts(&write_facts(&facts)), facts);
        assert_eq!(write_facts(&Facts::new()), "{}");
    }

    #[test]
    fn facts_that_are_not_understood_are_left_out() {
        let known = Facts::from([(Fact::Device, "Firefox".to_owned())]);
        assert_eq!(read_facts(r#"{"device": "Firefox", "shoe_size": "39", "is_pending": true}"#), known);
        for text in ["", "null", "[]", "{"] {
            assert_eq!(read_facts(text), Facts::new(), "{text}");
        }
    }
}
