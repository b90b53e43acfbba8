//! Which part of a list: `skip` and `limit`, or `after`; `order_by`, `q`.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ironplate_application::ports::{Cursor, ListOrder, PageRequest, SortKey};
use ironplate_domain::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::openapi::{ObjectBuilder, Type};
use uuid::Uuid;

use super::{
    Input, Source,
    query::{integer_up_to, number_up_to},
};
use crate::{
    description::Description,
    problem::{Refused, ValueFault},
};

pub(super) const DEFAULT_LIMIT: u64 = 100;
pub(super) const MAX_LIMIT: i64 = 1000;
const MAX_SEARCH: usize = 255;

/// The page that the query asks for.
pub(crate) struct Paging<Order>(pub(crate) PageRequest<Order>);

impl<Order: ListOrder> Input for Paging<Order> {
    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        let skip = source.parameter("skip", integer_up_to(i64::MAX));
        let limit = source.parameter("limit", integer_up_to(MAX_LIMIT));
        let search = source.parameter("q", search);
        let order = source.parameter("order_by", order::<Order>);
        let sorted_by = order.ok().flatten().unwrap_or_default();
        let after = source.parameter("after", |text| cursor(text, |key| sorted_by.accepts(key)));
        let limit = u32::try_from(limit?.unwrap_or(DEFAULT_LIMIT)).unwrap_or(u32::MAX);
        Ok(Self(PageRequest {
            order: order?.unwrap_or_default(),
            search: search?,
            after: after?,
            skip: skip?.unwrap_or(0),
            limit,
        }))
    }

    fn describe(description: &mut Description) {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let skip = number_up_to(None, 0);
        let orders = text().enum_values(Some(Order::ALL.iter().map(|order| order.name())));
        let orders = orders.default(Some(Order::default().name().into()));
        description.parameter("skip", "Leave out that many rows.", skip);
        description.parameter("limit", "At most that many rows.", number_up_to(Some(MAX_LIMIT), DEFAULT_LIMIT));
        let search = text().max_length(Some(MAX_SEARCH));
        description.parameter("q", "Only rows that contain this text, in any case.", search);
        description.parameter("order_by", "How the list is sorted; `-` means descending.", orders);
        description.parameter("after", "The `next` of the page before; fast at any depth.", text());
    }
}

fn search(text: &str) -> Result<String, ValueFault> {
    if text.chars().count() > MAX_SEARCH {
        let message = format!("String should have at most {MAX_SEARCH} characters");
        return Err(ValueFault::new("string_too_long", message).with_context(json!({ "max_length": MAX_SEARCH })));
    }
    if text.contains('\0') {
        return Err(ValueFault::value("NUL characters are not allowed"));
    }
    Ok(text.to_owned())
}

fn order<Order: ListOrder>(text: &str) -> Result<Order, ValueFault> {
    literal(text, Order::ALL, |order| order.name())
}

/// The one of these that has this name.
pub(crate) fn literal<T: Copy>(text: &str, all: &[T], name: impl Fn(&T) -> &'static str) -> Result<T, ValueFault> {
    all.iter().find(|one| name(one) == text).copied().ok_or_else(|| {
        let names: Vec<String> = all.iter().map(|one| format!("'{}'", name(one))).collect();
        let expected = match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
            _ => names.concat(),
        };
        ValueFault::new("literal_error", format!("Input should be {expected}"))
            .with_context(json!({ "expected": expected }))
    })
}

/// A cursor as text: opaque to clients, checked like any input.
#[derive(Serialize, Deserialize)]
enum CursorText {
    #[serde(rename = "t")]
    Time(i64, String),
    #[serde(rename = "d")]
    Date(i64, String),
    #[serde(rename = "s")]
    Text(String, String),
    #[serde(rename = "n")]
    Number(i64, String),
}

pub(super) fn cursor(text: &str, accepts: impl Fn(&SortKey) -> bool) -> Result<Cursor, ValueFault> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok();
    let parsed = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).and_then(|cursor| {
        let (key, id) = match cursor {
            CursorText::Time(micros, id) => (SortKey::Time(Timestamp::from_micros(micros)), id),
            CursorText::Date(days, id) => (SortKey::Date(Date::from_days(days)), id),
            CursorText::Text(text, _) if text.contains('\0') => return None,
            CursorText::Text(text, id) => (SortKey::Text(text), id),
            CursorText::Number(number, id) => (SortKey::Number(number), id),
        };
        Some(Cursor { key, id: Uuid::try_parse(&id).ok()? }).filter(|cursor| accepts(&cursor.key))
    });
    parsed.ok_or_else(|| ValueFault::value("this is no cursor of this list in this order"))
}

/// The `next` of a page, to be sent back as `after`.
pub(crate) fn cursor_text(cursor: Cursor) -> String {
    let id = cursor.id.simple().to_string();
    let text = match cursor.key {
        SortKey::Time(time) => CursorText::Time(time.micros(), id),
        SortKey::Date(date) => CursorText::Date(date.days().into(), id),
        SortKey::Text(text) => CursorText::Text(text, id),
        SortKey::Number(number) => CursorText::Number(number, id),
    };
    BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&text).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_in_its_own_order_only() {
        let id = Uuid::from_u128(7);
        for key in [
            SortKey::Time(Timestamp::from_micros(5)),
            SortKey::Date(Date::MAX),
            SortKey::Text("é\"\\".to_owned()),
            SortKey::Number(i64::MIN),
        ] {
            let cursor_there = Cursor { key, id };
            let text = cursor_text(cursor_there.clone());
            assert_eq!(cursor(&text, |key| *key == cursor_there.key), Ok(cursor_there.clone()));
            assert!(cursor(&text, |key| *key != cursor_there.key).is_err());
        }
    }

    #[test]
    fn anything_else_is_no_cursor() {
        for text in ["", "x", "e30", "bnVsbA", "W10", "eyJ0IjpbMSwieCJdfQ"] {
            assert!(cursor(text, |_| true).is_err(), "{text}");
        }
    }
}
