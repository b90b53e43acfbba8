//! Addresses, and the methods by which they are asked.

use std::str::FromStr;

use actix_web::{FromRequest, Handler, Resource, Responder, Route, guard, web};
use ironplate_web::Address;

use crate::fault::PageError;

/// A page that is looked at.
pub(crate) fn page<Show, A>(path: &str, show: Show) -> Address
where
    Show: Handler<A, Output: Responder + 'static>,
    A: FromRequest + 'static,
{
    at(path, "GET, HEAD", move |page| page.route(get().to(show.clone())))
}

/// A page with a form, which is sent to the same address.
pub(crate) fn form<Show, A, Take, B>(path: &str, show: Show, take: Take) -> Address
where
    Show: Handler<A, Output: Responder + 'static>,
    A: FromRequest + 'static,
    Take: Handler<B, Output: Responder + 'static>,
    B: FromRequest + 'static,
{
    at(path, "GET, HEAD, POST", move |page| page.route(get().to(show.clone())).route(web::post().to(take.clone())))
}

/// What a button of another page does.
pub(crate) fn action<Take, A>(path: &str, take: Take) -> Address
where
    Take: Handler<A, Output: Responder + 'static>,
    A: FromRequest + 'static,
{
    at(path, "POST", move |page| page.route(web::post().to(take.clone())))
}

/// An address that is asked by these methods.
fn at(path: &str, allow: &'static str, answer: impl Fn(Resource) -> Resource + 'static) -> Address {
    Address::new(path, move |page| {
        answer(page).default_service(web::to(move || async move { Err::<String, _>(PageError::WrongMethod(allow)) }))
    })
}

pub(crate) fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// The id in an address; what is no id is nobody's.
pub(crate) fn id_of<T: FromStr, Id>(text: &str, id: fn(T) -> Id) -> Result<Id, PageError> {
    text.parse().map(id).map_err(|_| PageError::missing())
}
