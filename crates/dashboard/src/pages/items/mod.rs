//! Items.

mod delete;
mod edit;
mod list;

use actix_web::web::ServiceConfig;
use ironplate_domain::ItemId;

use crate::{
    fault::PageError,
    request::{
        Form, OwnPath, SessionUser,
        resource::{form, page},
    },
};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(page("/items", list::show))
        .service(form("/items/new", edit::new, edit::create))
        .service(form("/items/{id}", edit::show, edit::save))
        .service(form("/items/{id}/delete", delete::ask, delete::delete));
}

const LIST: &str = "/dashboard/items";

/// What is no id is no item's.
fn id_of(text: &str) -> Result<ItemId, PageError> {
    text.parse().map(ItemId).map_err(|_| PageError::missing())
}

/// A form that leads back to the list as its reader left it.
fn leading_back(user: &SessionUser) -> Form {
    Form::new().holding("back", user.back_to(LIST).as_str())
}

/// Where a form leads back to.
fn back(form: &Form) -> OwnPath {
    OwnPath::of_list(form.text("back"), LIST)
}
