//! The messages of one state.

use ironplate_application::ports::{MessageOrder, PageRequest};
use ironplate_domain::MessageState;
use serde::Serialize;

use super::{LIST, Told};
use crate::{
    crud::{Number, Pager, ROWS},
    request::Reader,
    shell::{Answer, Redirect},
    words,
};

#[derive(Serialize)]
struct Page {
    messages: Vec<Told>,
    state: &'static str,
    counts: Counts,
    pager: Pager,
    mail_off: bool,
}

#[derive(Default, Serialize)]
struct Counts {
    queued: String,
    sending: String,
    sent: String,
    dead: String,
}

pub(super) async fn show(reader: Reader) -> Answer {
    let state = MessageState::from_name(reader.query.get("state")).unwrap_or(MessageState::Queued);
    let number = Number::of(&reader.query);
    let request =
        PageRequest { order: MessageOrder::Newest, search: None, after: None, skip: number.skip(), limit: ROWS };
    let (actor, client) = (reader.actor(), reader.client.clone());
    let listing = reader.run(|app| async move { app.outbox.oversee(actor, state, request, &client).await }).await?;
    let page = listing.page;
    let kept = [("state", state.name())];
    if let Some(last) = number.beyond(LIST, &kept, page.rows.len(), page.count) {
        return Ok(Redirect::to(&last).answer());
    }
    let content = Page {
        messages: page.rows.iter().map(Told::from).collect(),
        state: state.name(),
        counts: listing.counts.iter().fold(Counts::default(), |counts, (state, count)| counts.with(*state, *count)),
        pager: number.pager(LIST, &kept, page.rows.len(), page.count, page.more),
        mail_off: !reader.policy().sends_mail,
    };
    reader.page("outbox", "admin/outbox.html", content).answer()
}

impl Counts {
    fn with(mut self, state: MessageState, count: u64) -> Self {
        let place = match state {
            MessageState::Queued => &mut self.queued,
            MessageState::Sending => &mut self.sending,
            MessageState::Sent => &mut self.sent,
            MessageState::Dead => &mut self.dead,
        };
        *place = words::number(count);
        self
    }
}
