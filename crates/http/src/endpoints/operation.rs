//! An operation: its handler, and what the OpenAPI document says of it, never one without the other.

use actix_web::{FromRequest, Handler, Responder, Route, http::Method};
use utoipa::openapi::{OpenApi, PathItem, path};

use crate::description::{Described, Description};

/// A function behind a path and a method.
pub(crate) struct Operation {
    /// With placeholders: `/api/v1/items/{id}`.
    pub(crate) path: String,
    pub(crate) method: Method,
    /// Makes a route lead to the handler.
    pub(crate) route: fn(Route) -> Route,
    document: fn() -> OpenApi,
    describe: fn(&mut OpenApi),
}

/// The operations of an endpoint's file: a handler that is not named here is dead code to the compiler, and one that is
/// named is served and documented. The first of a path is the one whose method a 405 tells of.
///
/// ```text
/// operations!(read_items, create_item, read_item, update_item, delete_item);
/// ```
///
/// `#[utoipa::path]` says path, names and answers; parameters, body and credentials are read off the handler's arguments.
macro_rules! operations {
    ($($handler:ident),+ $(,)?) => {
        pub(super) fn operations() -> Vec<$crate::endpoints::Operation> {
            vec![$({
                #[derive(utoipa::OpenApi)]
                #[openapi(paths($handler))]
                struct Document;
                let document = <Document as utoipa::OpenApi>::openapi;
                $crate::endpoints::Operation::new(document, $handler, |route| route.to($handler))
            }),+]
        }
    };
}
pub(super) use operations;

impl Operation {
    /// `document` is of this handler alone.
    pub(super) fn new<F, Arguments>(document: fn() -> OpenApi, _: F, route: fn(Route) -> Route) -> Self
    where
        F: Handler<Arguments, Output: Responder>,
        Arguments: FromRequest + Described,
    {
        let (mut path, mut method) = (String::new(), Method::GET);
        if let Some((at, mut item)) = document().paths.paths.into_iter().next() {
            path = at;
            method = only(&mut item).map_or(method, |(method, _)| method);
        }
        Self { path, method, route, document, describe: describe::<Arguments> }
    }

    /// The OpenAPI document of this operation alone. Made when it is asked for: kept, those of all operations would be a fifth of the
    /// memory of a server at rest.
    pub(crate) fn document(&self) -> OpenApi {
        let mut document = (self.document)();
        (self.describe)(&mut document);
        document
    }
}

/// Completes the document of an operation whose handler has these arguments.
fn describe<Arguments: Described>(document: &mut OpenApi) {
    let mut description = Description::default();
    Arguments::describe(&mut description);
    if let Some((_, operation)) = document.paths.paths.values_mut().next().and_then(only) {
        let schemas = description.complete(operation);
        document.components.get_or_insert_default().schemas.extend(schemas);
    }
}

/// The one operation of a path, and its method.
fn only(item: &mut PathItem) -> Option<(Method, &mut path::Operation)> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    let operations = [
        (Method::GET, get),
        (Method::PUT, put),
        (Method::POST, post),
        (Method::DELETE, delete),
        (Method::PATCH, patch),
    ];
    operations.into_iter().find_map(|(method, operation)| Some((method, operation.as_mut()?)))
}
