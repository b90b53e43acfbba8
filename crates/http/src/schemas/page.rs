//! A page of a list.

use std::borrow::Cow;

use ironplate_application::ports::{ListOrder, Page};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema, Type, schema::SchemaType},
};

use crate::input::cursor_text;

/// What is told of a count.
const COUNT: &str = "How many there are in all: search applied, paging not. Of what is searched or filtered, \
    and in lists of messages, 1000 means as many or more.";

/// A row of a list that comes in pages.
pub(crate) trait Listed: ToSchema {
    /// The name of its pages in the OpenAPI document.
    const PAGES: &'static str;
    /// What a page of them is, in a sentence.
    const PAGE: &'static str;
}

/// A page of a list, and the way to the next one.
#[derive(Serialize)]
pub(crate) struct PageOf<T> {
    data: Vec<T>,
    count: u64,
    next: Option<String>,
}

impl<T> PageOf<T> {
    /// A page of a list that is sorted so.
    pub(crate) fn new<Order: ListOrder<Row: Into<T>>>(page: Page<Order::Row>, order: Order) -> Self {
        Self::of(page, order, |row| Some(row.into()))
    }

    /// The same of rows that it takes more than themselves to show; those that come to nothing are left out.
    pub(crate) fn of<Order: ListOrder>(
        page: Page<Order::Row>,
        order: Order,
        shown: impl FnMut(Order::Row) -> Option<T>,
    ) -> Self {
        let last = if page.more { page.rows.last() } else { None };
        let next = last.map(|row| cursor_text(order.cursor(row)));
        Self { data: page.rows.into_iter().filter_map(shown).collect(), count: page.count.get(), next }
    }
}

impl<T: Listed> PartialSchema for PageOf<T> {
    fn schema() -> RefOr<Schema> {
        let count = ObjectBuilder::new().schema_type(Type::Integer).description(Some(COUNT)).minimum(Some(0));
        let next = ObjectBuilder::new()
            .schema_type(SchemaType::Array(vec![Type::String, Type::Null]))
            .description(Some("To be sent as `after` for the next page; null on the last."));
        ObjectBuilder::new()
            .description(Some(T::PAGE))
            .property("data", ArrayBuilder::new().items(Ref::from_schema_name(T::name())))
            .required("data")
            .property("count", count)
            .required("count")
            .property("next", next)
            .into()
    }
}

impl<T: Listed> ToSchema for PageOf<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(T::PAGES)
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}
