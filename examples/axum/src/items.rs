//! Items of whoever is logged in.

use axum::{Json as Answer, extract::State, http::StatusCode};
use ironplate_application::{
    items::{CreateItem, ItemOrder},
    ports::PageRequest,
};
use ironplate_domain::{Item, ItemTitle};
use ironplate_web::Host;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    fault::{Problem, failed},
    request::{Caller, Json},
};

#[derive(Deserialize)]
pub(crate) struct NewItem {
    title: String,
}

pub(crate) async fn list(State(host): State<Host>, caller: Caller) -> Result<Answer<Vec<Value>>, Problem> {
    let actor = caller.actor();
    let page = PageRequest { order: ItemOrder::Newest, search: None, after: None, skip: 0, limit: 100 };
    let page = host.run(move |app| async move { app.items.list(actor, page).await }).await.map_err(failed)?;
    Ok(Answer(page.rows.iter().map(public).collect()))
}

pub(crate) async fn create(
    State(host): State<Host>,
    caller: Caller,
    Json(sent): Json<NewItem>,
) -> Result<(StatusCode, Answer<Value>), Problem> {
    let title = ItemTitle::parse(&sent.title).map_err(|error| Problem::invalid(&error))?;
    let (actor, command) = (caller.actor(), CreateItem { title, description: None, due_on: None });
    let item = host.run(move |app| async move { app.items.create(actor, command).await }).await.map_err(failed)?;
    Ok((StatusCode::CREATED, Answer(public(&item))))
}

fn public(item: &Item) -> Value {
    json!({ "id": item.id.0, "title": item.title.as_str() })
}
