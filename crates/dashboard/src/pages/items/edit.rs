//! Make an item, look at one, change it.

use actix_web::web::Path;
use ironplate_application::items::CreateItem;
use ironplate_domain::{Item, ItemChanges, ItemDescription, ItemId, ItemTitle};
use serde::Serialize;

use super::{back, id_of};
use crate::{
    fault::PageError,
    request::{Form, OwnPath, PostedForm, SessionUser},
    shell::{Flash, PageResponse, PageResult, Redirect},
    words::When,
};

#[derive(Serialize)]
struct ItemFormPage {
    item: Option<ItemView>,
    back: OwnPath,
}

/// An item that is there already.
#[derive(Serialize)]
struct ItemView {
    id: String,
    title: String,
    created: When,
    owner: Option<String>,
}

pub(super) async fn new(user: SessionUser) -> PageResult {
    page(&user, None, &super::leading_back(&user)).answer()
}

pub(super) async fn create(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    let Some((title, description)) = read(&mut form) else { return page(&user, None, &form).answer() };
    let (actor, command) = (user.actor(), CreateItem { title, description, due_on: None });
    user.run(|app| async move { app.items.create(actor, command).await }).await?;
    Ok(Redirect::to(back(&form).as_str()).saying(Flash::ItemCreated).answer())
}

pub(super) async fn show(user: SessionUser, id: Path<String>) -> PageResult {
    let item = find(&user, id_of(&id)?).await?;
    let description = item.description.as_ref().map_or("", ItemDescription::as_str);
    let form =
        super::leading_back(&user).holding_now("title", item.title.as_str()).holding_now("description", description);
    page(&user, Some(&item), &form).answer()
}

pub(super) async fn save(PostedForm { by: user, mut form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let item = find(&user, id_of(&id)?).await?;
    let read = read(&mut form);
    form.tell_if_overtaken("title", item.title.as_str());
    form.tell_if_overtaken("description", item.description.as_ref().map_or("", ItemDescription::as_str));
    let Some((title, description)) = read.filter(|_| form.is_fine()) else {
        return page(&user, Some(&item), &form).answer();
    };
    let id = item.id;
    let (actor, client) = (user.actor(), user.client.clone());
    let changes = ItemChanges {
        title: form.is_changed("title").then_some(title),
        description: form.is_changed("description").then_some(description),
        ..ItemChanges::default()
    };
    user.run(|app| async move { app.items.update(actor, id, changes, &client).await }).await?;
    Ok(Redirect::to(back(&form).as_str()).saying(Flash::ItemSaved).answer())
}

pub(super) async fn find(user: &SessionUser, id: ItemId) -> Result<Item, PageError> {
    let (actor, client) = (user.actor(), user.client.clone());
    user.run(|app| async move { app.items.read(actor, id, &client).await }).await
}

fn read(form: &mut Form) -> Option<(ItemTitle, Option<ItemDescription>)> {
    let (title, description) = (form.needed("title"), form.optional("description"));
    title.zip(description)
}

fn page<'a>(user: &'a SessionUser, item: Option<&Item>, form: &Form) -> PageResponse<'a> {
    let item = item.map(|item| ItemView {
        id: item.id.to_string(),
        title: item.title.as_str().to_owned(),
        created: item.created_at.into(),
        owner: None,
    });
    let back = back(form);
    user.page("items", "item_form.html", ItemFormPage { item, back }).form(form)
}
