//! Items.

mod delete;
mod edit;
mod list;

use actix_web::web::{self, ServiceConfig};
use ironplate_domain::ItemId;

use crate::{
    refusal::Refusal,
    routes::{at, get},
};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/items").route(get().to(list::show)))
        .service(at("/items/new").route(get().to(edit::new)).route(web::post().to(edit::create)))
        .service(at("/items/{id}").route(get().to(edit::show)).route(web::post().to(edit::save)))
        .service(at("/items/{id}/delete").route(get().to(delete::ask)).route(web::post().to(delete::delete)));
}

/// What is no id is no item's.
fn id_of(text: &str) -> Result<ItemId, Refusal> {
    text.parse().map(ItemId).map_err(|_| Refusal::missing())
}
