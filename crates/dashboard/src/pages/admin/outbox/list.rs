//! The messages of one state.

use ironplate_application::ports::{Count, MessageOrder, PageRequest};
use ironplate_domain::MessageState;
use serde::Serialize;

use super::{LIST, MessageView};
use crate::{
    crud::{PageNumber, Pager, ROWS},
    request::SessionUser,
    shell::{PageResult, Redirect},
    words,
};

#[derive(Serialize)]
struct OutboxPage {
    messages: Vec<MessageView>,
    state: &'static str,
    counts: MessageCounts,
    pager: Pager,
    mail_off: bool,
}

#[derive(Default, Serialize)]
struct MessageCounts {
    queued: String,
    sending: String,
    sent: String,
    dead: String,
}

pub(super) async fn show(user: SessionUser) -> PageResult {
    let state = MessageState::from_name(user.query.get("state")).unwrap_or(MessageState::Queued);
    let number = PageNumber::of(&user.query);
    let request =
        PageRequest { order: MessageOrder::Newest, search: None, after: None, skip: number.skip(), limit: ROWS };
    let listing =
        user.act(|app, actor, client| async move { app.outbox.oversee(actor, state, request, &client).await }).await?;
    let page = listing.page;
    let kept = [("state", state.name())];
    if let Some(last) = number.beyond(LIST, &kept, page.rows.len(), page.count) {
        return Ok(Redirect::to(&last).answer());
    }
    let content = OutboxPage {
        messages: page.rows.iter().map(MessageView::from).collect(),
        state: state.name(),
        counts: listing
            .counts
            .iter()
            .fold(MessageCounts::default(), |counts, (state, count)| counts.with(*state, *count)),
        pager: number.pager(LIST, &kept, page.rows.len(), page.count, page.more),
        mail_off: !user.policy().sends_mail,
    };
    user.page("outbox", "admin/outbox.html", content).answer()
}

impl MessageCounts {
    fn with(mut self, state: MessageState, count: Count) -> Self {
        let place = match state {
            MessageState::Queued => &mut self.queued,
            MessageState::Sending => &mut self.sending,
            MessageState::Sent => &mut self.sent,
            MessageState::Dead => &mut self.dead,
        };
        *place = words::count(count);
        self
    }
}
