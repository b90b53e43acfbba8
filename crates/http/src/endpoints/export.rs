//! All that is stored about oneself, as one document that is never in memory as a whole.

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, ContentType},
    web::Bytes,
};
use futures_util::stream;
use ironplate_application::accounts::Export;
use tokio::sync::mpsc::{self, Sender};

use super::operations;
use crate::{
    app::App,
    caller::CurrentUser,
    input::Call,
    problem::Problem,
    schemas::{AccountExport, ExportedMember},
};

operations!(export_me);

/// Pieces that wait for a client which reads slowly.
const WAITING: usize = 2;

/// Export Me
///
/// All that is stored about oneself: the account, sessions, the clients by which one is known, mailed links that still
/// work (without their secrets), mail, audit events, and all that one owns, such as items.
#[utoipa::path(
    get, path = "/api/v1/users/me/export", tag = "users", operation_id = "users-export_me",
    responses((status = 200, description = "Successful Response", body = AccountExport)),
)]
async fn export_me(app: App, call: Call<CurrentUser, ()>) -> Result<HttpResponse, Problem> {
    let (actor, client) = (call.caller.actor(), call.client);
    let export = app.run(move |app| async move { app.accounts.export(actor, &client).await }).await?;
    let (pieces, mut received) = mpsc::channel(WAITING);
    app.host().runtime().spawn(write(export, pieces));
    let body = stream::poll_fn(move |context| received.poll_recv(context));
    Ok(HttpResponse::Ok()
        .content_type(ContentType::json())
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, r#"attachment; filename="account.json""#))
        .streaming(body))
}

type Piece = Result<Bytes, ExportAborted>;

/// The document ends in its midst, and so does the connection: half a document must not look like a whole one.
#[derive(Debug, thiserror::Error)]
#[error("the export broke off")]
struct ExportAborted;

async fn write(mut export: Export, pieces: Sender<Piece>) {
    let mut document = Document::default();
    loop {
        let piece = match export.next().await {
            Ok(Some(part)) => Ok(document.add(part.into())),
            Ok(None) => Ok(document.end()),
            Err(error) => {
                tracing::warn!(%error, "an export broke off");
                Err(ExportAborted)
            }
        };
        let is_last = piece.is_err() || document.has_ended;
        // Nobody reads on: the client has gone.
        if pieces.send(piece).await.is_err() || is_last {
            return;
        }
    }
}

/// A JSON object whose members come in pieces: `{"a":{…},"b":[…,…],…}`.
#[derive(Default)]
struct Document {
    /// The list that was begun last, if there was one.
    list: Option<&'static str>,
    is_empty_list: bool,
    has_begun: bool,
    has_ended: bool,
}

impl Document {
    fn add(&mut self, member: ExportedMember) -> Bytes {
        match member {
            ExportedMember::Value(name, value) => (self.next_member(name) + &value).into(),
            ExportedMember::Rows(name, rows) => self.rows(name, &rows),
        }
    }

    fn rows(&mut self, name: &'static str, rows: &[String]) -> Bytes {
        let mut text = String::new();
        if self.list != Some(name) {
            text = self.next_member(name) + "[";
            (self.list, self.is_empty_list) = (Some(name), true);
        }
        for row in rows {
            if !self.is_empty_list {
                text.push(',');
            }
            self.is_empty_list = false;
            text.push_str(row);
        }
        text.into()
    }

    fn end(&mut self) -> Bytes {
        self.has_ended = true;
        Bytes::from_static(if self.list.is_some() { b"]}" } else { b"}" })
    }

    fn next_member(&mut self, name: &'static str) -> String {
        let before = match (self.has_begun, self.list) {
            (false, _) => "{",
            (true, None) => ",",
            (true, Some(_)) => "],",
        };
        self.has_begun = true;
        format!(r#"{before}"{name}":"#)
    }
}
