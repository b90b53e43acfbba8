//! The table `outbox`: from the queue to the mail server.
//!
//! A message of a template that this version does not know was queued by a newer one, during a deployment or before
//! going back. It stays for that version's workers: here it is neither claimed nor due nor listed, and finding it is an
//! error. It still counts as queued, is discarded by its id, and is pruned like any other.

mod rows;

use std::collections::HashMap;

use async_trait::async_trait;
use diesel::{
    dsl::{case_when, count_star, min, sql},
    prelude::*,
    sql_types::Bool,
};
use ironplate_application::ports::{
    Claim, Lane, MessageOrder, OutboxRepository, OutboxStatistics, Page, PageRequest, StoreResult,
};
use ironplate_domain::{MailTemplate, Message, MessageId, MessageState, Timestamp, UserId};
use uuid::Uuid;

use self::rows::{MessageRow, NewMessageRow, ResolutionChangeset, storable};
use super::{super::Db, StoreHandle, constraints::violable, list, number};
use crate::types::{Id, Moment};

diesel::table! {
    use diesel::sql_types::{Binary, Integer, Nullable, Text};
    use crate::types::{DbTimestamp, DbUuid};

    outbox (id) {
        id -> DbUuid,
        template -> Text,
        recipient -> Text,
        recipient_canonical -> Text,
        recipient_folded -> Text,
        recipient_domain -> Text,
        facts -> Text,
        sealed_token -> Nullable<Binary>,
        created_at -> DbTimestamp,
        state -> Text,
        attempts -> Integer,
        due_at -> DbTimestamp,
        finished_at -> Nullable<DbTimestamp>,
        last_error -> Nullable<Text>,
        user_id -> Nullable<DbUuid>,
    }
}

const QUEUED: &str = MessageState::Queued.name();
const SENDING: &str = MessageState::Sending.name();
const SENT: &str = MessageState::Sent.name();
const DEAD: &str = MessageState::Dead.name();

/// The message while this attempt holds it.
macro_rules! held {
    ($id:expr, $attempt:expr) => {
        outbox::table.find(Id($id.0)).filter(outbox::state.eq(SENDING)).filter(outbox::attempts.eq(number($attempt)))
    };
}

/// What is due in a lane. Its condition is no parameter, or no database knew that the lane's index serves it.
macro_rules! due {
    ($claim:expr, $lane:literal, $order:expr) => {
        skip_locked!(
            outbox::table
                .filter(outbox::finished_at.is_null())
                .filter(sql::<Bool>($lane))
                .filter(outbox::due_at.le(Moment($claim.now)))
                .filter(outbox::template.eq_any(known_templates()))
                .filter(outbox::recipient_domain.ne_all(&$claim.passing_over))
                .order($order)
                .limit(list::at_most($claim.limit))
                .select(outbox::id)
        )
    };
}

/// What makes a message look as if it had never been tried.
macro_rules! queued_anew {
    ($now:expr) => {
        (
            outbox::state.eq(QUEUED),
            outbox::attempts.eq(0),
            outbox::due_at.eq(Moment($now)),
            outbox::finished_at.eq(None::<Moment>),
            outbox::last_error.eq(None::<String>),
        )
    };
}

#[async_trait]
impl OutboxRepository for StoreHandle {
    async fn enqueue(&mut self, message: &Message) -> StoreResult<()> {
        self.execute_within(
            "outbox.enqueue",
            violable![MessageUser],
            diesel::insert_into(outbox::table).values(NewMessageRow::from(message)),
        )
        .await
        .map(drop)
    }

    async fn enqueue_all(&mut self, messages: &[Message]) -> StoreResult<()> {
        // PostgreSQL takes at most 65 535 values.
        for messages in messages.chunks(1_000) {
            let rows: Vec<_> = messages.iter().map(NewMessageRow::from).collect();
            insert_all!(self, "outbox.enqueue_all", violable![MessageUser], outbox::table, rows);
        }
        Ok(())
    }

    async fn find(&mut self, id: MessageId) -> StoreResult<Option<Message>> {
        self.optional("outbox.find", outbox::table.find(Id(id.0)).select(MessageRow::as_select())).await
    }

    async fn next_due(&mut self) -> StoreResult<Option<Timestamp>> {
        let due_at = self
            .one::<Option<Moment>, Option<Moment>>(
                "outbox.next_due",
                outbox::table
                    .filter(outbox::finished_at.is_null())
                    .filter(outbox::template.eq_any(known_templates()))
                    .select(min(outbox::due_at)),
            )
            .await?;
        Ok(due_at.map(|Moment(at)| at))
    }

    async fn claim_due(&mut self, claim: &Claim) -> StoreResult<Vec<Message>> {
        let (ascending, descending) = ((outbox::due_at, outbox::id), (outbox::due_at.desc(), outbox::id.desc()));
        let due = match claim.lane {
            Lane::Untried => {
                self.load::<Id, Id>("outbox.claim_due.untried", due!(claim, "attempts = 0", ascending)).await?
            }
            Lane::Newest => {
                self.load::<Id, Id>("outbox.claim_due.newest", due!(claim, "attempts = 0", descending)).await?
            }
            Lane::Retries => {
                self.load::<Id, Id>("outbox.claim_due.retries", due!(claim, "attempts > 0", ascending)).await?
            }
        };
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let places: HashMap<Id, usize> = due.iter().copied().zip(0..).collect();
        let mut claimed: Vec<Message> = self
            .load(
                "outbox.claim_due.update",
                diesel::update(outbox::table.filter(outbox::id.eq_any(due)))
                    .set((
                        outbox::state.eq(SENDING),
                        outbox::attempts.eq(outbox::attempts + 1),
                        outbox::due_at.eq(Moment(claim.lease_until)),
                    ))
                    .returning(MessageRow::as_returning()),
            )
            .await?;
        claimed.sort_by_key(|message| places.get(&Id(message.id.0)).copied());
        Ok(claimed)
    }

    async fn bring_forward(
        &mut self,
        now: Timestamp,
        lease_until: Timestamp,
        latest_retry: Timestamp,
    ) -> StoreResult<u64> {
        let owed = outbox::table.filter(outbox::finished_at.is_null());
        let leases = owed.filter(outbox::state.eq(SENDING)).filter(outbox::due_at.gt(Moment(lease_until)));
        let shortened = self
            .execute("outbox.bring_forward.leases", diesel::update(leases).set(outbox::due_at.eq(Moment(lease_until))))
            .await?;
        let is_put_off = outbox::attempts.eq(0).or(outbox::due_at.gt(Moment(latest_retry)));
        let waits = owed.filter(outbox::state.eq(QUEUED)).filter(outbox::due_at.gt(Moment(now))).filter(is_put_off);
        let ended =
            self.execute("outbox.bring_forward.waits", diesel::update(waits).set(outbox::due_at.eq(Moment(now)))).await;
        Ok(shortened + ended?)
    }

    async fn resolve(&mut self, message: &Message) -> StoreResult<bool> {
        Ok(self
            .execute_within(
                "outbox.resolve",
                violable![MessageUser],
                diesel::update(held!(message.id, message.attempts)).set(ResolutionChangeset::from(message)),
            )
            .await?
            == 1)
    }

    async fn mark_sent(&mut self, id: MessageId, attempt: u32, now: Timestamp) -> StoreResult<bool> {
        self.execute_one(
            "outbox.mark_sent",
            diesel::update(held!(id, attempt)).set((
                outbox::state.eq(SENT),
                outbox::sealed_token.eq(None::<Vec<u8>>),
                outbox::finished_at.eq(Moment(now)),
            )),
        )
        .await
    }

    async fn mark_failed(&mut self, id: MessageId, attempt: u32, error: &str, due_at: Timestamp) -> StoreResult<bool> {
        self.execute_one(
            "outbox.mark_failed",
            diesel::update(held!(id, attempt)).set((
                outbox::state.eq(QUEUED),
                outbox::due_at.eq(Moment(due_at)),
                outbox::last_error.eq(storable(error)),
            )),
        )
        .await
    }

    async fn mark_dead(&mut self, id: MessageId, attempt: u32, error: &str, now: Timestamp) -> StoreResult<bool> {
        self.execute_one(
            "outbox.mark_dead",
            diesel::update(held!(id, attempt)).set((
                outbox::state.eq(DEAD),
                outbox::finished_at.eq(Moment(now)),
                outbox::last_error.eq(storable(error)),
            )),
        )
        .await
    }

    async fn retry(&mut self, id: MessageId, now: Timestamp) -> StoreResult<bool> {
        self.execute_one(
            "outbox.retry",
            diesel::update(outbox::table.find(Id(id.0)).filter(outbox::state.eq_any([QUEUED, DEAD])))
                .set(queued_anew!(now)),
        )
        .await
    }

    async fn retry_dead(&mut self, now: Timestamp) -> StoreResult<u64> {
        self.execute(
            "outbox.retry_dead",
            diesel::update(outbox::table.filter(outbox::state.eq(DEAD))).set(queued_anew!(now)),
        )
        .await
    }

    async fn discard(&mut self, id: MessageId) -> StoreResult<bool> {
        self.execute_one("outbox.discard", diesel::delete(outbox::table.find(Id(id.0)))).await
    }

    async fn release_notices(&mut self, user: UserId) -> StoreResult<u64> {
        let notices = MailTemplate::ALL.into_iter().filter(|template| template.is_notice()).map(MailTemplate::name);
        self.execute(
            "outbox.release_notices",
            diesel::update(outbox::table)
                .filter(outbox::user_id.eq(Id(user.0)))
                .filter(outbox::finished_at.is_null())
                .filter(outbox::template.eq_any(notices))
                .set(outbox::user_id.eq(None::<Id>)),
        )
        .await
    }

    async fn list_for(&mut self, user: UserId, after: Option<MessageId>, limit: u32) -> StoreResult<Vec<Message>> {
        let after = after.map_or(Uuid::nil(), |id| id.0);
        let rows: Vec<MessageRow> = self
            .load(
                "outbox.list_for",
                outbox::table
                    .filter(outbox::user_id.eq(Id(user.0)))
                    .filter(outbox::id.gt(Id(after)))
                    .order(outbox::id)
                    .limit(limit.into())
                    .select(MessageRow::as_select()),
            )
            .await?;
        // What a newer version wrote is left to it.
        Ok(rows.into_iter().filter_map(|row| row.try_into().ok()).collect())
    }

    async fn prune(&mut self, state: MessageState, before: Timestamp, limit: u32) -> StoreResult<u64> {
        let finished = self
            .load::<Id, Id>(
                "outbox.prune.select",
                skip_locked!(
                    outbox::table
                        .filter(outbox::state.eq(state.name()))
                        .filter(outbox::finished_at.lt(Moment(before)))
                        .order(outbox::finished_at)
                        .limit(list::at_most(limit))
                        .select(outbox::id)
                ),
            )
            .await?;
        self.execute("outbox.prune.delete", diesel::delete(outbox::table.filter(outbox::id.eq_any(finished)))).await
    }

    async fn list(
        &mut self,
        state: Option<MessageState>,
        page: &PageRequest<MessageOrder>,
    ) -> StoreResult<Page<Message>> {
        list::page!(
            "outbox.list",
            self,
            page,
            MessageRow,
            |pattern| matching(state, pattern),
            sorted,
            list::Whole::Many
        )
    }

    async fn statistics(&mut self) -> StoreResult<OutboxStatistics> {
        let untried = case_when(outbox::attempts.eq(0), outbox::created_at);
        let (queued, oldest, untried) = self
            .one::<(i64, Option<Moment>, Option<Moment>), (i64, Option<Moment>, Option<Moment>)>(
                "outbox.statistics.queued",
                outbox::table.filter(outbox::finished_at.is_null()).select((
                    count_star(),
                    min(outbox::created_at),
                    min(untried),
                )),
            )
            .await?;
        let dead = self
            .one::<i64, _>(
                "outbox.statistics.dead",
                outbox::table.filter(outbox::state.eq(DEAD)).filter(outbox::finished_at.is_not_null()).count(),
            )
            .await?;
        let queued = u64::try_from(queued).unwrap_or(0);
        let [oldest_queued, oldest_untried] = [oldest, untried].map(|oldest| oldest.map(|Moment(at)| at));
        Ok(OutboxStatistics { queued, oldest_queued, oldest_untried, dead })
    }
}

fn known_templates() -> [&'static str; MailTemplate::ALL.len()] {
    MailTemplate::ALL.map(MailTemplate::name)
}

type Query<'a> = outbox::BoxedQuery<'a, Db>;

fn matching(state: Option<MessageState>, pattern: Option<&str>) -> Query<'_> {
    let mut query = outbox::table.filter(outbox::template.eq_any(known_templates())).into_boxed();
    if let Some(state) = state {
        query = query.filter(outbox::state.eq(state.name()));
    }
    list::containing!(query, pattern, outbox::recipient_folded)
}

fn sorted<'a>(query: Query<'a>, page: &'a PageRequest<MessageOrder>) -> Query<'a> {
    match page.order {
        MessageOrder::Newest | MessageOrder::Oldest => {
            list::sorted!(query, list::place::<Moment, _>(page), outbox::created_at, outbox::id)
        }
    }
}
