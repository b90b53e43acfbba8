//! The text of a statement, which is written out once: diesel-async does it each time that a statement runs, also of one that is prepared.

use std::{any::TypeId, cell::RefCell, collections::HashMap};

use diesel::{
    QueryResult,
    prelude::*,
    query_builder::{AsQuery, AstPass, Query, QueryBuilder, QueryFragment, QueryId},
};

use super::super::{Db, Driver, ExecuteDsl, LoadQuery};

thread_local! {
    /// By the ids that Diesel gives to the types of statements: those of one type have one text. As many as this source has.
    static TEXTS: RefCell<HashMap<TypeId, String>> = RefCell::default();
}

/// A statement, which looks its text up.
pub(crate) struct Rendered<Statement>(Statement);

/// What changes rows.
pub(crate) trait Change: Send {
    /// The same, to be run.
    fn rendered(self) -> impl ExecuteDsl<Driver> + Send;
}

/// What finds rows.
pub(crate) trait Find<'query, Row>: Send + 'query {
    /// The same, to be run.
    fn rendered(self) -> impl LoadQuery<'query, Driver, Row> + Send + 'query;
}

impl<Statement> Change for Statement
where
    Statement: Send,
    Rendered<Statement>: ExecuteDsl<Driver> + Send,
{
    fn rendered(self) -> impl ExecuteDsl<Driver> + Send {
        Rendered(self)
    }
}

impl<'query, Row, Statement> Find<'query, Row> for Statement
where
    Statement: AsQuery + Send + 'query,
    Rendered<Statement::Query>: LoadQuery<'query, Driver, Row> + Send + 'query,
{
    fn rendered(self) -> impl LoadQuery<'query, Driver, Row> + Send + 'query {
        Rendered(self.as_query())
    }
}

impl<Statement: QueryFragment<Db> + QueryId> QueryFragment<Db> for Rendered<Statement> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, Db>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn to_sql(&self, out: &mut <Db as diesel::backend::Backend>::QueryBuilder, backend: &Db) -> QueryResult<()> {
        let Some(id) = Statement::query_id() else { return self.0.to_sql(out, backend) };
        TEXTS.with_borrow_mut(|texts| {
            if let Some(text) = texts.get(&id) {
                out.push_sql(text);
            } else {
                let mut text = <Db as diesel::backend::Backend>::QueryBuilder::default();
                self.0.to_sql(&mut text, backend)?;
                let text = texts.entry(id).insert_entry(text.finish());
                out.push_sql(text.get());
            }
            Ok(())
        })
    }
}

impl<Statement: QueryId> QueryId for Rendered<Statement> {
    type QueryId = Statement::QueryId;

    const HAS_STATIC_QUERY_ID: bool = Statement::HAS_STATIC_QUERY_ID;
}

impl<Statement: Query> Query for Rendered<Statement> {
    type SqlType = Statement::SqlType;
}

impl<Statement, Conn> RunQueryDsl<Conn> for Rendered<Statement> {}
