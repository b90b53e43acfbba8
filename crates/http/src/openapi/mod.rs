//! The OpenAPI document: assembled from the handlers, completed by what all operations share.

mod shared;

use utoipa::OpenApi;

use crate::{
    endpoints::{
        audit, cookie, export, health, items, login, mail, me, private, recovery, sessions, users, verification,
    },
    schemas,
};

#[derive(OpenApi)]
#[openapi(
    paths(
        login::login_access_token, login::test_token, login::refresh, login::logout,
        cookie::log_in_by_cookie, cookie::log_out_by_cookie,
        recovery::recover_password, recovery::recover_password_by_body, recovery::reset_password,
        recovery::recover_password_html_content, verification::verify_email,
        users::read_users, users::create_user,
        me::update_user_me, me::update_password_me, me::read_user_me, me::delete_user_me, me::register_user,
        verification::request_verification_me, export::export_me,
        sessions::read_sessions_me, sessions::delete_sessions_me, sessions::delete_session_me,
        sessions::read_sessions_of_user, sessions::delete_sessions_of_user, sessions::delete_session_of_user,
        audit::read_audit, audit::read_audit_me,
        users::read_user_by_id, users::update_user, users::delete_user,
        mail::test_email, health::health_check,
        items::read_items, items::create_item, items::read_item, items::update_item, items::delete_item,
        private::create_user,
        health::liveness, health::readiness,
    ),
    components(schemas(schemas::ErrorBody, schemas::HTTPValidationError, schemas::ValidationError)),
    info(description = DESCRIPTION, version = env!("CARGO_PKG_VERSION"), license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")),
)]
struct Document;

const DESCRIPTION: &str = "Accounts, sessions, roles and an example resource.\n\n\
    Errors carry `detail` for people, `code` for machines and `request_id` for the operator's log. \
    Paths answer with and without a trailing slash.";

/// The OpenAPI 3.1 document of this API, as JSON.
#[must_use]
pub fn document(title: &str) -> String {
    let mut document = Document::openapi();
    title.clone_into(&mut document.info.title);
    // A document of plain data always serialises.
    let mut document = serde_json::to_value(document).unwrap_or_default();
    shared::complete(&mut document);
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    // The contract's name of this schema is no Rust path.
    text.replace("Body_login_login_access_token", "Body_login-login_access_token")
}
