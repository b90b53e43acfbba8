//! Make an item, look at one, change it.

use actix_web::web::Path;
use ironplate_application::items::CreateItem;
use ironplate_domain::{Item, ItemChanges, ItemDescription, ItemId, ItemTitle};
use serde::Serialize;

use super::{back, id_of};
use crate::{
    fault::Refusal,
    request::{Form, OwnPath, Posted, Reader},
    shell::{self, Answer, Flash, Redirect},
    words::When,
};

#[derive(Serialize)]
struct Page {
    item: Option<Told>,
    back: OwnPath,
}

/// An item that is there already.
#[derive(Serialize)]
struct Told {
    id: String,
    title: String,
    created: When,
    owner: Option<String>,
}

pub(super) async fn new(reader: Reader) -> Answer {
    page(&reader, None, &super::leading_back(&reader)).answer()
}

pub(super) async fn create(Posted { by: reader, mut form }: Posted<Reader>) -> Answer {
    let Some((title, description)) = read(&mut form) else { return page(&reader, None, &form).answer() };
    let (actor, command) = (reader.actor(), CreateItem { title, description });
    reader.run(|app| async move { app.items.create(actor, command).await }).await?;
    Ok(Redirect::to(back(&form).as_str()).saying(Flash::ItemCreated).answer())
}

pub(super) async fn show(reader: Reader, id: Path<String>) -> Answer {
    let item = find(&reader, id_of(&id)?).await?;
    let description = item.description.as_ref().map_or("", ItemDescription::as_str);
    let form =
        super::leading_back(&reader).holding_now("title", item.title.as_str()).holding_now("description", description);
    page(&reader, Some(&item), &form).answer()
}

pub(super) async fn save(Posted { by: reader, mut form }: Posted<Reader>, id: Path<String>) -> Answer {
    let item = find(&reader, id_of(&id)?).await?;
    let read = read(&mut form);
    form.tell_if_overtaken("title", item.title.as_str());
    form.tell_if_overtaken("description", item.description.as_ref().map_or("", ItemDescription::as_str));
    let Some((title, description)) = read.filter(|_| form.is_fine()) else {
        return page(&reader, Some(&item), &form).answer();
    };
    let id = item.id;
    let (actor, client) = (reader.actor(), reader.client.clone());
    let changes = ItemChanges {
        title: form.is_changed("title").then_some(title),
        description: form.is_changed("description").then_some(description),
    };
    reader.run(|app| async move { app.items.update(actor, id, changes, &client).await }).await?;
    Ok(Redirect::to(back(&form).as_str()).saying(Flash::ItemSaved).answer())
}

pub(super) async fn find(reader: &Reader, id: ItemId) -> Result<Item, Refusal> {
    let (actor, client) = (reader.actor(), reader.client.clone());
    reader.run(|app| async move { app.items.read(actor, id, &client).await }).await
}

fn read(form: &mut Form) -> Option<(ItemTitle, Option<ItemDescription>)> {
    let (title, description) = (form.needed("title"), form.optional("description"));
    title.zip(description)
}

fn page<'a>(reader: &'a Reader, item: Option<&Item>, form: &Form) -> shell::Page<'a> {
    let item = item.map(|item| Told {
        id: item.id.to_string(),
        title: item.title.as_str().to_owned(),
        created: item.created_at.into(),
        owner: None,
    });
    let back = back(form);
    reader.page("items", "item_form.html", Page { item, back }).form(form)
}
