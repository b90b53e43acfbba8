//! Mail that is owed.

mod actions;
mod list;
mod look;

use ironplate_domain::{Message, MessageState};
use ironplate_web::Address;
use serde::Serialize;

use crate::{
    request::resource::{action, form, page},
    words::{self, When},
};

pub(super) fn addresses() -> Vec<Address> {
    vec![
        page("/outbox", list::show),
        action("/outbox/retry-dead", actions::retry_dead),
        page("/outbox/{id}", look::show),
        page("/outbox/{id}/html", look::html),
        action("/outbox/{id}/retry", actions::retry),
        form("/outbox/{id}/discard", actions::ask, actions::discard),
    ]
}

const LIST: &str = "/dashboard/outbox";

/// A message, as administrators see it.
#[derive(Serialize)]
struct MessageView {
    id: String,
    mail: &'static str,
    to: String,
    state: &'static str,
    attempts: u32,
    created: When,
    due: Option<When>,
    finished: Option<When>,
    error: Option<String>,
}

impl From<&Message> for MessageView {
    fn from(message: &Message) -> Self {
        let is_under_way = matches!(message.state, MessageState::Queued | MessageState::Sending);
        Self {
            id: message.id.to_string(),
            mail: words::mail(message.template),
            to: message.to.as_str().to_owned(),
            state: message.state.name(),
            attempts: message.attempts,
            created: message.created_at.into(),
            due: is_under_way.then(|| message.due_at.into()),
            finished: message.finished_at.map(When::from),
            error: message.last_error.clone().filter(|_| message.state != MessageState::Sent),
        }
    }
}
