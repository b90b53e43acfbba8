//! Delete an item, after asking.

use actix_web::web::Path;

use super::{back, edit::find, id_of};
use crate::{
    crud::Confirm,
    request::{PostedForm, SessionUser},
    shell::{Flash, PageResult, Redirect},
    words,
};

pub(super) async fn ask(user: SessionUser, id: Path<String>) -> PageResult {
    let item = find(&user, id_of(&id)?).await?;
    let form = super::leading_back(&user);
    let confirm = Confirm {
        title: "Delete this item?",
        subject: words::title(item.title.as_str()).to_owned(),
        text: "is deleted for good.".to_owned(),
        action: format!("/dashboard/items/{}/delete", item.id),
        verb: "Delete item",
        back: form.text("back").to_owned(),
        ..Confirm::default()
    };
    confirm.page(&user, "items", &form).answer()
}

pub(super) async fn delete(PostedForm { by: user, form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let (id, actor, client) = (id_of(&id)?, user.actor(), user.client.clone());
    user.run(|app| async move { app.items.delete(actor, id, &client).await }).await?;
    Ok(Redirect::to(back(&form).as_str()).saying(Flash::ItemDeleted).answer())
}
