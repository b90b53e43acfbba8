//! Items: found, made, changed and deleted.

use actix_web::web::{Path, ServiceConfig};
use ironplate_application::{
    OwnedPage,
    items::{CreateItem, ItemOrder},
};
use ironplate_domain::{Date, Item, ItemChanges, ItemDescription, ItemId, ItemStatus, ItemTitle, shows_nothing};
use serde::Serialize;

use crate::{
    crud::{ActionView, Confirm, Editor, Entity, Field, List, Summary, back_to_list, form},
    fault::PageError,
    request::{
        PostedForm, SessionUser, bounded_texts,
        resource::{action, form, id_of, page},
    },
    resources::{Action, COMPLETE, Deed, ITEMS, REOPEN, ResourceNames},
    shell::PageResult,
    words::{self, Day, When},
};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(page("/items", list))
        .service(form("/items/new", new, create))
        .service(form("/items/{id}", show, save))
        .service(action("/items/{id}/complete", complete))
        .service(action("/items/{id}/reopen", reopen))
        .service(form("/items/{id}/delete", ask_to_delete, delete));
}

form! {
    /// What is typed of an item.
    pub(crate) ItemForm of Item {
        title: ItemTitle = Field::new("Title").limited(),
        description: Option<ItemDescription> = Field::new("Description").area().limited(),
        due_on: Option<Date> = Field::new("Due"),
    }
}
bounded_texts!(ItemTitle, ItemDescription);

impl Entity for Item {
    const NAMES: &'static ResourceNames = &ITEMS;

    type Form = ItemForm;

    fn summary(&self) -> Summary {
        let title = words::title(self.title.as_str()).to_owned();
        Summary { id: self.id.to_string(), title, created: self.created_at.into() }
    }

    fn actions(&self) -> &'static [&'static Action] {
        match self.status {
            ItemStatus::Open => &[&COMPLETE],
            ItemStatus::Done => &[&REOPEN],
        }
    }
}

#[derive(Serialize)]
struct ItemRow {
    id: String,
    title: String,
    description: Option<String>,
    owner: Option<String>,
    is_done: bool,
    due: Option<Day>,
    created: When,
    actions: Vec<ActionView>,
}

async fn list(user: SessionUser) -> PageResult {
    let list = List::of(&user, ITEMS.url, &[]);
    let request = list.request();
    let found = user.act(|app, actor, _| async move { app.items.list_with_owners(actor, request).await });
    let OwnedPage { page, owners } = found.await?;
    let columns = [("title", ItemOrder::Title), ("due", ItemOrder::EarliestDue), ("created", ItemOrder::Newest)];
    list.answer(ITEMS.key, "items.html", page, &columns, |item| ItemRow {
        id: item.id.to_string(),
        actions: ActionView::of(&item),
        title: words::title(item.title.as_str()).to_owned(),
        description: item.description.map(String::from).filter(|text| !shows_nothing(text)),
        owner: owners.get(&item.owner).map(|email| email.as_str().to_owned()),
        is_done: item.status == ItemStatus::Done,
        due: item.due_on.map(Day::from),
        created: item.created_at.into(),
    })
}

async fn new(user: SessionUser) -> PageResult {
    Editor::<Item>::new(&user).open()
}

async fn create(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    let editor = Editor::<Item>::new(&user);
    let Some(ItemForm { title, description, due_on }) = editor.read(&mut form) else { return editor.again(&form) };
    let command = CreateItem { title: title.value, description: description.value, due_on: due_on.value };
    let outcome = user.act(|app, actor, _| async move { app.items.create(actor, command).await }).await;
    editor.finish(form, outcome, Deed::Created)
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
    let Some(ItemForm { title, description, due_on }) = editor.read(&mut form) else { return editor.again(&form) };
    let (title, description, due_on) = (title.changed(), description.changed(), due_on.changed());
    let changes = ItemChanges { title, description, status: None, due_on };
    let id = item.id;
    let outcome =
        user.act(|app, actor, client| async move { app.items.update(actor, id, changes, &client).await }).await;
    editor.finish(form, outcome, Deed::Saved)
}

async fn complete(PostedForm { by: user, form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let id = id_of(&id, ItemId)?;
    user.act(|app, actor, client| async move { app.items.complete(actor, id, &client).await }).await?;
    Ok(back_to_list(&user, &form, &ITEMS, Deed::By(&COMPLETE)))
}

async fn reopen(PostedForm { by: user, form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let id = id_of(&id, ItemId)?;
    user.act(|app, actor, client| async move { app.items.reopen(actor, id, &client).await }).await?;
    Ok(back_to_list(&user, &form, &ITEMS, Deed::By(&REOPEN)))
}

async fn ask_to_delete(user: SessionUser, id: Path<String>) -> PageResult {
    Confirm::deletion(&user, &find(&user, &id).await?)
}

async fn delete(PostedForm { by: user, form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let id = id_of(&id, ItemId)?;
    user.act(|app, actor, client| async move { app.items.delete(actor, id, &client).await }).await?;
    Ok(back_to_list(&user, &form, &ITEMS, Deed::Deleted))
}
