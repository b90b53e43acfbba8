//! Which audit events: filters, and which part of the list.

use ironplate_application::ports::{AuditCursor, AuditFilter, AuditOrder, AuditRequest, Cursor, SortKey};
use ironplate_domain::{AuditEventId, AuditKind, AuditOutcome, OrganizationId, RequestId, Timestamp, UserId};
use utoipa::openapi::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use uuid::Uuid;

use super::{
    Input, Source,
    identifier::path_uuid,
    paging::{DEFAULT_LIMIT, MAX_LIMIT, cursor, cursor_text, literal},
    query::{integer_up_to, number_up_to},
};
use crate::{
    description::Description,
    problem::{Refused, ValueFault},
};

/// Which part of a list of events.
pub(crate) struct AuditPaging {
    pub(crate) after: Option<AuditCursor>,
    pub(crate) limit: u32,
}

/// The part of an organisation's log that the query asks for.
pub(crate) struct OrganizationAuditQuery(pub(crate) AuditRequest);

/// The part of the log of everything that the query asks for.
pub(crate) struct AuditQuery(pub(crate) AuditRequest);

impl Input for AuditPaging {
    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        let limit = source.parameter("limit", integer_up_to(MAX_LIMIT));
        let after = source.parameter("after", place);
        let limit = u32::try_from(limit?.unwrap_or(DEFAULT_LIMIT)).unwrap_or(u32::MAX);
        Ok(Self { after: after?, limit })
    }

    fn describe(description: &mut Description) {
        description.parameter("limit", "At most that many events.", number_up_to(Some(MAX_LIMIT), DEFAULT_LIMIT));
        description.parameter("after", "The `next` of the part before.", text());
    }
}

impl Input for OrganizationAuditQuery {
    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        let actor = source.parameter("actor", id);
        let kind = source.parameter("kind", |text| literal(text, &AuditKind::ALL, |kind| kind.name()));
        let outcome = source.parameter("outcome", |text| literal(text, &AuditOutcome::ALL, |outcome| outcome.name()));
        let since = source.parameter("since", moment);
        let until = source.parameter("until", moment);
        let AuditPaging { after, limit } = AuditPaging::read(source)?;
        let filter = AuditFilter {
            actor: actor?.map(UserId),
            kind: kind?,
            outcome: outcome?,
            since: since?,
            until: until?,
            ..AuditFilter::default()
        };
        Ok(Self(AuditRequest { filter, order: AuditOrder::Newest, after, limit }))
    }

    fn describe(description: &mut Description) {
        let kinds = text().enum_values(Some(AuditKind::ALL.iter().map(|kind| kind.name())));
        let outcomes = text().enum_values(Some(AuditOutcome::ALL.map(AuditOutcome::name)));
        description.parameter("actor", "Done by the user of this id.", of(KnownFormat::Uuid));
        description.parameter("kind", "Of this kind.", kinds);
        description.parameter("outcome", "That ended so.", outcomes);
        description.parameter("since", "At this moment or later.", of(KnownFormat::DateTime));
        description.parameter("until", "Before this moment.", of(KnownFormat::DateTime));
        AuditPaging::describe(description);
    }
}

impl Input for AuditQuery {
    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        let subject = source.parameter("subject", id);
        let organization = source.parameter("organization", id);
        let request_id = source.parameter("request_id", |text| {
            RequestId::new(text).ok_or_else(|| ValueFault::value("this is no name of a request"))
        });
        let OrganizationAuditQuery(request) = OrganizationAuditQuery::read(source)?;
        let filter = AuditFilter {
            subject: subject?.map(UserId),
            organization: organization?.map(OrganizationId),
            request_id: request_id?,
            ..request.filter
        };
        Ok(Self(AuditRequest { filter, ..request }))
    }

    fn describe(description: &mut Description) {
        description.parameter("subject", "Done to the user of this id.", of(KnownFormat::Uuid));
        description.parameter("organization", "Done within the organisation of this id.", of(KnownFormat::Uuid));
        description.parameter("request_id", "Of the request of this name.", text().min_length(Some(1)));
        OrganizationAuditQuery::describe(description);
    }
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

fn of(format: KnownFormat) -> ObjectBuilder {
    text().format(Some(SchemaFormat::KnownFormat(format)))
}

fn id(text: &str) -> Result<Uuid, ValueFault> {
    path_uuid(text).map_err(|reason| ValueFault::uuid(&reason))
}

fn moment(text: &str) -> Result<Timestamp, ValueFault> {
    let fault =
        || ValueFault::new("datetime_parsing", "Input should be a valid datetime, such as 2026-11-25T08:00:00Z");
    Timestamp::parse(text).ok_or_else(fault)
}

fn place(text: &str) -> Result<AuditCursor, ValueFault> {
    match cursor(text, |key| matches!(key, SortKey::Time(_)))? {
        Cursor { key: SortKey::Time(at), id } => Ok(AuditCursor { at, id: AuditEventId(id) }),
        _ => Err(ValueFault::value("this is no cursor of this list")),
    }
}

/// The `next` of a part of a list of events, to be sent back as `after`.
pub(crate) fn audit_cursor_text(AuditCursor { at, id }: AuditCursor) -> String {
    let id: Uuid = id.0;
    cursor_text(Cursor { key: SortKey::Time(at), id })
}
