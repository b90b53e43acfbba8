//! Items: found, made, changed, moved and deleted.

use actix_web::web::Path;
use ironplate_application::{
    OwnedDetails, OwnedPage,
    items::{CreateItem, ItemOrder},
};
use ironplate_domain::{
    self as domain, Date, Item, ItemChanges, ItemDescription, ItemId, ItemStatus, ItemTitle, Owner, shows_nothing,
};
use ironplate_web::Address;
use serde::Serialize;

use crate::{
    crud::{ActionView, Confirm, Editor, Entity, Field, Moving, OwnedList, OwnerView, back_to_list, form, target_of},
    fault::PageError,
    request::{
        OWNER, PostedForm, SessionUser, bounded_texts,
        resource::{action, form, id_of, page},
    },
    resources::{Action, COMPLETE, Deed, ITEMS, REOPEN, ResourceNames},
    shell::PageResult,
    words::{self, Day, When},
};

pub(crate) fn addresses() -> Vec<Address> {
    vec![
        page("/items", list),
        form("/items/new", new, create),
        form("/items/{id}", show, save),
        action("/items/{id}/complete", complete),
        action("/items/{id}/reopen", reopen),
        form("/items/{id}/move", ask_to_move, move_elsewhere),
        form("/items/{id}/delete", ask_to_delete, delete),
    ]
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
    const MOVES: bool = true;

    type Form = ItemForm;

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
    owner: Option<OwnerView>,
    status: &'static str,
    due: Option<Day>,
    created: When,
    actions: Vec<ActionView>,
}

async fn list(user: SessionUser) -> PageResult {
    let list = OwnedList::<Item>::of(&user).await?;
    let (of, request) = list.request();
    let found =
        user.act(|app, actor, client| async move { app.items.list_with_owners(actor, of, request, &client).await });
    let OwnedPage { page, owners } = found.await?;
    let columns = [("title", ItemOrder::Title), ("due", ItemOrder::EarliestDue), ("created", ItemOrder::Newest)];
    list.answer("items.html", page, &columns, |item| ItemRow {
        id: item.id.to_string(),
        actions: ActionView::of(&item),
        title: words::title(item.title.as_str()).to_owned(),
        description: item.description.map(String::from).filter(|text| !shows_nothing(text)),
        owner: owners.get(&item.owner).map(OwnerView::from),
        status: status_label(item.status),
        due: item.due_on.map(Day::from),
        created: item.created_at.into(),
    })
}

async fn new(user: SessionUser) -> PageResult {
    Editor::<Item>::new(&user, user.query.get(OWNER)).await?.open().await
}

async fn create(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    let editor = Editor::<Item>::new(&user, form.text(OWNER)).await?;
    let Some(ItemForm { title, description, due_on }) = editor.read(&mut form) else {
        return editor.again(&form).await;
    };
    let command = CreateItem { title: title.value, description: description.value, due_on: due_on.value };
    let owner = editor.owner();
    let outcome = user.act(|app, actor, client| async move {
        match owner {
            Owner::User(_) => app.items.create(actor, command).await,
            Owner::Organization(organization) => app.items.create_in(actor, organization, command, &client).await,
        }
    });
    editor.finish(form, outcome.await, Deed::Created).await
}

/// The one of this id, for whoever may do this to it.
async fn find(user: &mut SessionUser, id: &str, to: domain::Action) -> Result<OwnedDetails<Item>, PageError> {
    let id = id_of(id, ItemId)?;
    let found = user.act(|app, actor, client| async move { app.items.look(actor, id, to, &client).await }).await?;
    user.take_at_hand(found.at.as_ref());
    Ok(found)
}

async fn show(mut user: SessionUser, id: Path<String>) -> PageResult {
    let found = find(&mut user, &id, domain::Action::Read).await?;
    Editor::of(&user, &found).open().await
}

async fn save(PostedForm { by: mut user, mut form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let found = find(&mut user, &id, domain::Action::Update).await?;
    let editor = Editor::of(&user, &found);
    let Some(ItemForm { title, description, due_on }) = editor.read(&mut form) else {
        return editor.again(&form).await;
    };
    let changes = ItemChanges {
        title: title.changed(),
        description: description.changed(),
        status: None,
        due_on: due_on.changed(),
    };
    let id = found.row.id;
    let outcome = user.act(|app, actor, client| async move { app.items.update(actor, id, changes, &client).await });
    editor.finish(form, outcome.await, Deed::Saved).await
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

async fn ask_to_move(mut user: SessionUser, id: Path<String>) -> PageResult {
    let found = find(&mut user, &id, domain::Action::Delete).await?;
    Moving::of(&user, &found).ask().await
}

async fn move_elsewhere(
    PostedForm { by: mut user, mut form }: PostedForm<SessionUser>,
    id: Path<String>,
) -> PageResult {
    let found = find(&mut user, &id, domain::Action::Delete).await?;
    let question = Moving::of(&user, &found);
    let Some(to) = target_of(&mut form) else { return question.again(&form).await };
    let id = found.row.id;
    let outcome = user.act(|app, actor, client| async move { app.items.move_to(actor, id, to, &client).await });
    question.finish(form, outcome.await).await
}

async fn ask_to_delete(mut user: SessionUser, id: Path<String>) -> PageResult {
    let found = find(&mut user, &id, domain::Action::Delete).await?;
    Confirm::deletion(&user, &found)
}

async fn delete(PostedForm { by: user, form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let id = id_of(&id, ItemId)?;
    user.act(|app, actor, client| async move { app.items.delete(actor, id, &client).await }).await?;
    Ok(back_to_list(&user, &form, &ITEMS, Deed::Deleted))
}

fn status_label(of: ItemStatus) -> &'static str {
    match of {
        ItemStatus::Open => "Open",
        ItemStatus::Done => "Done",
    }
}
