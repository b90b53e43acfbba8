//! All that is stored about oneself, as one document that is never in memory as a whole.

mod document;
mod rows;

use actix_web::{
    HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, ContentType},
    web::Bytes,
};
use futures_util::stream;
use ironplate_application::{
    accounts::{Export, ExportPart},
    logged,
};
use serde::Serialize;
use tokio::sync::mpsc::{self, Sender};
use utoipa::ToSchema;

use self::{
    document::{Document, Member},
    rows::{
        ExportedAuthenticatorApp, ExportedClient, ExportedInvitation, ExportedLink, ExportedMembership,
        ExportedMessage, ExportedPasskey, ExportedRecoveryCodes, ExportedSession, ExportedTrustedDevice,
    },
};
use super::{audit::AuditEventPublic, items::ItemPublic, operations};
use crate::{app::App, caller::CurrentUser, input::Call, problem::Problem, schemas::UserPublic};

operations!(export_me);

/// Declares the export: the member that is one value, and those that are lists, with the part of the use case that each comes
/// in and what its rows are described by. A part without a member does not compile.
macro_rules! account_export {
    ($one:ident: $One:ident as $value:ident; $($list:ident: $part:ident as $row:ident,)+) => {
        /// All that is stored about a user.
        #[derive(ToSchema)]
        #[expect(dead_code, reason = "describes the document, which is written piece by piece")]
        struct AccountExport {
            $one: $value,
            $($list: Vec<$row>,)+
        }

        impl From<ExportPart> for Member {
            fn from(part: ExportPart) -> Self {
                match part {
                    ExportPart::$One(value) => Self::Value(stringify!($one), json(&$value::from(value))),
                    $(ExportPart::$part(rows) => {
                        Self::Rows(stringify!($list), rows.into_iter().map(|row| json(&$row::from(row))).collect())
                    })+
                }
            }
        }
    };
}

account_export! {
    account: Account as UserPublic;
    sessions: Sessions as ExportedSession,
    clients: Clients as ExportedClient,
    links: Links as ExportedLink,
    authenticator_apps: AuthenticatorApps as ExportedAuthenticatorApp,
    passkeys: Passkeys as ExportedPasskey,
    trusted_devices: TrustedDevices as ExportedTrustedDevice,
    recovery_codes: RecoveryCodes as ExportedRecoveryCodes,
    memberships: Memberships as ExportedMembership,
    invitations_sent: InvitationsSent as ExportedInvitation,
    invitations_received: InvitationsReceived as ExportedInvitation,
    items: Items as ItemPublic,
    messages: Messages as ExportedMessage,
    events: Events as AuditEventPublic,
}

/// Plain data always serialises.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Pieces that wait for a client which reads slowly.
const WAITING: usize = 2;

/// Export Me
///
/// All that is stored about oneself: the account, sessions, the clients by which one is known, mailed links that still
/// work, authenticator apps, passkeys, trusted devices and recovery codes (without their secrets), what one is in organisations,
/// invitations that one sent or can take, mail, audit events, and all that one owns. Asks for a recent proof of who one is (403
/// `recent_authentication_required`, `POST /session/confirm`).
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
                tracing::warn!(error = logged(&error), "an export broke off");
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
