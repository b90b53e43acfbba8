//! Items.

mod delete;
mod edit;
mod list;

use actix_web::web::{self, ServiceConfig};
use ironplate_domain::ItemId;

use crate::{
    form::Form,
    own_path::OwnPath,
    reader::Reader,
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

const LIST: &str = "/dashboard/items";

/// What is no id is no item's.
fn id_of(text: &str) -> Result<ItemId, Refusal> {
    text.parse().map(ItemId).map_err(|_| Refusal::missing())
}

/// A form that leads back to the list as its reader left it.
fn form(reader: &Reader) -> Form {
    Form::new().holding("back", reader.back_to(LIST).as_str())
}

/// Where a form leads back to.
fn back(form: &Form) -> OwnPath {
    OwnPath::of_list(form.text("back"), LIST)
}
