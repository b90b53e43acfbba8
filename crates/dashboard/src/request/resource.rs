//! Addresses, and the methods by which they are asked.

use std::str::FromStr;

use actix_web::{FromRequest, Handler, Resource, Responder, Route, guard, web};

use crate::fault::PageError;

/// A page that is looked at.
pub(crate) fn page<Show, A>(path: &str, show: Show) -> Resource
where
    Show: Handler<A, Output: Responder + 'static>,
    A: FromRequest + 'static,
{
    at(path, "GET, HEAD").route(get().to(show))
}

/// A page with a form, which is sent to the same address.
pub(crate) fn form<Show, A, Take, B>(path: &str, show: Show, take: Take) -> Resource
where
    Show: Handler<A, Output: Responder + 'static>,
    A: FromRequest + 'static,
    Take: Handler<B, Output: Responder + 'static>,
    B: FromRequest + 'static,
{
    at(path, "GET, HEAD, POST").route(get().to(show)).route(web::post().to(take))
}

/// What a button of another page does.
pub(crate) fn action<Take, A>(path: &str, take: Take) -> Resource
where
    Take: Handler<A, Output: Responder + 'static>,
    A: FromRequest + 'static,
{
    at(path, "POST").route(web::post().to(take))
}

/// An address, with a slash at its end or without, that is asked by these methods.
fn at(path: &str, allow: &'static str) -> Resource {
    let other_method = web::to(move || async move { Err::<String, _>(PageError::WrongMethod(allow)) });
    web::resource([path.to_owned(), format!("{path}/")]).default_service(other_method)
}

pub(crate) fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// The id in an address; what is no id is nobody's.
pub(crate) fn id_of<T: FromStr, Id>(text: &str, id: fn(T) -> Id) -> Result<Id, PageError> {
    text.parse().map(id).map_err(|_| PageError::missing())
}
