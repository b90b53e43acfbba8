//! Items: found, made, changed and deleted.

use actix_web::web::{Path, ServiceConfig};
use ironplate_application::{OwnedPage, items::CreateItem, ports::ItemOrder};
use ironplate_domain::{Item, ItemChanges, ItemDescription, ItemId, ItemTitle, shows_nothing};
use serde::Serialize;

use crate::{
    crud::{Confirm, Editor, Entity, Field, List, Summary, back_to_list},
    fault::PageError,
    request::{
        Form, PostedForm, SessionUser,
        resource::{form, id_of, page},
    },
    resources::{ITEMS, ResourceNames},
    shell::{Deed, PageResult},
    words::{self, When},
};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(page("/items", list))
        .service(form("/items/new", new, create))
        .service(form("/items/{id}", show, save))
        .service(form("/items/{id}/delete", ask_to_delete, delete));
}

impl Entity for Item {
    const NAMES: &'static ResourceNames = &ITEMS;

    const FIELDS: &'static [Field<Self>] = &[
        Field::line("title", "Title", |item: &Self| item.title.as_str().to_owned()).hint("At most 255 characters."),
        Field::area("description", "Description", |item: &Self| {
            item.description.as_ref().map_or("", ItemDescription::as_str).to_owned()
        })
        .optional()
        .hint("At most 255 characters."),
    ];

    fn summary(&self) -> Summary {
        let title = words::title(self.title.as_str()).to_owned();
        Summary { id: self.id.to_string(), title, created: self.created_at.into() }
    }
}

#[derive(Serialize)]
struct ItemRow {
    id: String,
    title: String,
    description: Option<String>,
    owner: Option<String>,
    created: When,
}

async fn list(user: SessionUser) -> PageResult {
    let list = List::of(&user, ITEMS.url, &[]);
    let request = list.request();
    let found = user.act(|app, actor, _| async move { app.items.list_with_owners(actor, request).await });
    let OwnedPage { page, owners } = found.await?;
    let columns = [("title", ItemOrder::Title), ("created", ItemOrder::Newest)];
    list.answer(ITEMS.key, "items.html", page, &columns, |item| ItemRow {
        id: item.id.to_string(),
        title: words::title(item.title.as_str()).to_owned(),
        description: item.description.map(String::from).filter(|text| !shows_nothing(text)),
        owner: owners.get(&item.owner).map(|email| email.as_str().to_owned()),
        created: item.created_at.into(),
    })
}

async fn new(user: SessionUser) -> PageResult {
    Editor::<Item>::new(&user).open()
}

async fn create(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    let editor = Editor::<Item>::new(&user);
    let Some((title, description)) = editor.read(&mut form, read) else { return editor.again(&form) };
    let command = CreateItem { title, description, due_on: None };
    let outcome = user.act(|app, actor, _| async move { app.items.create(actor, command).await }).await;
    editor.finish(form, outcome, Deed::Created)
}

fn read(form: &mut Form) -> Option<(ItemTitle, Option<ItemDescription>)> {
    let title = form.needed_text("title", ItemTitle::parse);
    let description = form.optional_text("description", ItemDescription::parse);
    title.zip(description)
}

async fn find(user: &SessionUser, id: &str) -> Result<Item, PageError> {
    let id = id_of(id, ItemId)?;
    user.act(|app, actor, client| async move { app.items.read(actor, id, &client).await }).await
}

async fn show(user: SessionUser, id: Path<String>) -> PageResult {
    Editor::of(&user, &find(&user, &id).await?).open()
}

async fn save(PostedForm { by: user, mut form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let item = find(&user, &id).await?;
    let editor = Editor::of(&user, &item);
    let Some((title, description)) = editor.read(&mut form, read) else { return editor.again(&form) };
    let changes = ItemChanges {
        title: form.changed("title", title),
        description: form.changed("description", description),
        ..ItemChanges::default()
    };
    let id = item.id;
    let outcome =
        user.act(|app, actor, client| async move { app.items.update(actor, id, changes, &client).await }).await;
    editor.finish(form, outcome, Deed::Saved)
}

async fn ask_to_delete(user: SessionUser, id: Path<String>) -> PageResult {
    Confirm::deletion(&user, &find(&user, &id).await?)
}

async fn delete(PostedForm { by: user, form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let id = id_of(&id, ItemId)?;
    user.act(|app, actor, client| async move { app.items.delete(actor, id, &client).await }).await?;
    Ok(back_to_list(&user, &form, &ITEMS, Deed::Deleted))
}
