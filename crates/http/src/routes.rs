//! The table of paths.

use std::sync::Arc;

use actix_web::{
    App as WebApp, Error, HttpResponse, Resource, ResponseError, Route,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    guard,
    middleware::from_fn,
    web,
};

use ironplate_application::{
    Application,
    ports::{Secrets, Store},
};

use crate::{
    app::{App, Docs, Settings},
    endpoints::{
        audit, cookie, docs, export, health, items, login, mail, me, private, recovery, sessions, users, verification,
    },
    middleware, openapi,
    problem::Problem,
};

/// The whole API as an actix-web application, ready to be served or tested. `more` adds paths of its own outside `/api`,
/// which get the same log lines, request ids and CORS answers.
pub fn service(
    app: App,
    more: impl FnOnce(&mut web::ServiceConfig) + 'static,
) -> WebApp<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let docs = app.docs();
    WebApp::new()
        .app_data(app.host().clone())
        .app_data(app)
        .configure(move |config| routes(docs, config))
        .configure(more)
        .default_service(web::to(not_found))
        .wrap(from_fn(middleware::head))
        .wrap(from_fn(middleware::limit_client))
        .wrap(from_fn(middleware::cors))
        .wrap(from_fn(middleware::cache_control))
        .wrap(from_fn(ironplate_web::log))
        .wrap(from_fn(ironplate_web::close_connections))
}

impl App {
    /// Use cases will run on the runtime that this is called on, which must be a multi-threaded one.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    #[must_use]
    pub fn new(application: Application, store: Arc<dyn Store>, secrets: Arc<dyn Secrets>, settings: Settings) -> Self {
        let document = openapi::document(&settings.project_name);
        Self::documented(application, store, secrets, settings, document)
    }
}

fn routes(shown: Docs, config: &mut web::ServiceConfig) {
    let v1 = web::scope("/api/v1")
        .service(at("/login/access-token", "POST").route(web::post().to(login::login_access_token)))
        .service(at("/login/test-token", "POST").route(web::post().to(login::test_token)))
        .service(at("/login/refresh", "POST").route(web::post().to(login::refresh)))
        .service(at("/logout", "POST").route(web::post().to(login::logout)))
        .service(
            at("/session", "POST")
                .route(web::post().to(cookie::log_in_by_cookie))
                .route(web::delete().to(cookie::log_out_by_cookie)),
        )
        .service(at("/password-recovery", "POST").route(web::post().to(recovery::recover_password_by_body)))
        .service(one_segment("/password-recovery/{email}", "POST").route(web::post().to(recovery::recover_password)))
        .service(
            one_segment("/password-recovery-html-content/{email}", "POST")
                .route(web::post().to(recovery::recover_password_html_content)),
        )
        .service(at("/reset-password/", "POST").route(web::post().to(recovery::reset_password)))
        .service(at("/verify-email", "POST").route(web::post().to(verification::verify_email)))
        .service(
            at("/users/", "GET").route(get_or_head().to(users::read_users)).route(web::post().to(users::create_user)),
        )
        .service(
            at("/users/me", "PATCH")
                .route(web::patch().to(me::update_user_me))
                .route(get_or_head().to(me::read_user_me))
                .route(web::delete().to(me::delete_user_me)),
        )
        .service(at("/users/me/password", "PATCH").route(web::patch().to(me::update_password_me)))
        .service(at("/users/me/verify-email", "POST").route(web::post().to(verification::request_verification_me)))
        .service(at("/users/me/export", "GET").route(get_or_head().to(export::export_me)))
        .service(at("/users/me/audit", "GET").route(get_or_head().to(audit::read_audit_me)))
        .service(
            at("/users/me/sessions", "GET")
                .route(get_or_head().to(sessions::read_sessions_me))
                .route(web::delete().to(sessions::delete_sessions_me)),
        )
        .service(
            one_segment("/users/me/sessions/{session_id}", "DELETE")
                .route(web::delete().to(sessions::delete_session_me)),
        )
        .service(
            one_segment("/users/{user_id}/sessions", "GET")
                .route(get_or_head().to(sessions::read_sessions_of_user))
                .route(web::delete().to(sessions::delete_sessions_of_user)),
        )
        .service(
            one_segment("/users/{user_id}/sessions/{session_id}", "DELETE")
                .route(web::delete().to(sessions::delete_session_of_user)),
        )
        .service(
            at("/users/{user_id:signup}", "POST")
                .route(web::post().to(me::register_user))
                // With these methods `signup` is an id, and a malformed one.
                .route(get_or_head().to(users::read_user_by_id))
                .route(web::patch().to(users::update_user))
                .route(web::delete().to(users::delete_user)),
        )
        .service(
            one_segment("/users/{user_id}", "GET")
                .route(get_or_head().to(users::read_user_by_id))
                .route(web::patch().to(users::update_user))
                .route(web::delete().to(users::delete_user)),
        )
        .service(at("/audit", "GET").route(get_or_head().to(audit::read_audit)))
        .service(at("/utils/test-email/", "POST").route(web::post().to(mail::test_email)))
        .service(at("/utils/health-check/", "GET").route(get_or_head().to(health::health_check)))
        .service(
            at("/items/", "GET").route(get_or_head().to(items::read_items)).route(web::post().to(items::create_item)),
        )
        .service(
            one_segment("/items/{id}", "GET")
                .route(get_or_head().to(items::read_item))
                .route(web::put().to(items::update_item))
                .route(web::delete().to(items::delete_item)),
        )
        .service(at("/private/users/", "POST").route(web::post().to(private::create_user)));
    let v1 = match shown {
        Docs::Shown => v1.service(at("/openapi.json", "GET").route(get_or_head().to(docs::document))),
        Docs::Hidden => v1,
    };
    config
        .service(v1)
        .service(at("/livez", "GET").route(get_or_head().to(health::liveness)))
        .service(at("/readyz", "GET").route(get_or_head().to(health::readiness)));
    if shown == Docs::Shown {
        config
            .service(at("/docs", "GET").route(get_or_head().to(docs::page)))
            .service(web::resource("/docs/{asset}").route(get_or_head().to(docs::asset)))
            .service(at("/redoc", "GET").route(get_or_head().to(docs::redoc)));
    }
}

/// A path in both slash forms. `allow` is the one method that the contract names in a 405.
fn at(path: &str, allow: &'static str) -> Resource {
    let bare = path.trim_end_matches('/');
    web::resource([bare.to_owned(), format!("{bare}/")]).default_service(only(allow))
}

/// A path that ends in an id or an address. An encoded slash makes it another path, which is not there.
fn one_segment(path: &str, allow: &'static str) -> Resource {
    at(path, allow).guard(guard::fn_guard(|context| !context.head().uri.path().to_ascii_lowercase().contains("%2f")))
}

fn get_or_head() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

fn only(allow: &'static str) -> Route {
    web::to(move || async move { Err::<String, _>(Problem::method_not_allowed(allow)) })
}

/// The answer to a method that there is not, where these are.
#[must_use]
pub fn wrong_method(allow: &'static str) -> HttpResponse {
    Problem::method_not_allowed(allow).error_response()
}

async fn not_found() -> Result<String, Problem> {
    Err(Problem::not_found())
}
