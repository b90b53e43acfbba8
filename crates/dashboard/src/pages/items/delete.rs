//! Delete an item, after asking.

use actix_web::web::Path;

use super::{back, edit::find, id_of};
use crate::{
    crud::Confirm,
    request::{Posted, Reader},
    shell::{Answer, Flash, Redirect},
    words,
};

pub(super) async fn ask(reader: Reader, id: Path<String>) -> Answer {
    let item = find(&reader, id_of(&id)?).await?;
    let form = super::leading_back(&reader);
    let confirm = Confirm {
        title: "Delete this item?",
        subject: words::title(item.title.as_str()).to_owned(),
        text: "is deleted for good.".to_owned(),
        action: format!("/dashboard/items/{}/delete", item.id),
        verb: "Delete item",
        back: form.text("back").to_owned(),
        ..Confirm::default()
    };
    confirm.page(&reader, "items", &form).answer()
}

pub(super) async fn delete(Posted { by: reader, form }: Posted<Reader>, id: Path<String>) -> Answer {
    let (id, actor, client) = (id_of(&id)?, reader.actor(), reader.client.clone());
    reader.run(|app| async move { app.items.delete(actor, id, &client).await }).await?;
    Ok(Redirect::to(back(&form).as_str()).saying(Flash::ItemDeleted).answer())
}
