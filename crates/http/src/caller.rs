//! Who asks: the contract's three sorts of callers.

use actix_web::{HttpRequest, http::header::SET_COOKIE};
use ironplate_application::sessions::{Authenticated, Credential};
use ironplate_domain::{Action, Actor, Resource, SessionId, User, can};

use ironplate_web::SessionCookie;

use crate::{app::App, problem::Problem};

/// A sort of caller that an operation serves.
pub(crate) trait Caller: Sized {
    /// Recognises the caller of this request, or says why not.
    async fn recognise(app: &App, request: &HttpRequest) -> Result<Self, Problem>;
}

/// Whoever; credentials are not looked at.
pub(crate) struct Anyone;

/// An active user with a live session.
pub(crate) struct CurrentUser {
    pub(crate) user: User,
    pub(crate) session: SessionId,
}

/// A current user who administers users.
pub(crate) struct Superuser(pub(crate) CurrentUser);

impl CurrentUser {
    pub(crate) fn actor(&self) -> Actor {
        self.user.actor()
    }
}

impl Superuser {
    pub(crate) fn actor(&self) -> Actor {
        self.0.actor()
    }
}

impl Caller for Anyone {
    async fn recognise(_: &App, _: &HttpRequest) -> Result<Self, Problem> {
        Ok(Self)
    }
}

impl Caller for CurrentUser {
    async fn recognise(app: &App, request: &HttpRequest) -> Result<Self, Problem> {
        let credential = ironplate_web::credential(request)?.ok_or_else(Problem::not_authenticated)?;
        let is_cookie = matches!(credential, Credential::Cookie(_));
        match app.run(|app| async move { app.sessions.authenticate(&credential).await }).await {
            Ok(Authenticated { user, session }) => Ok(Self { user, session: session.id }),
            Err(problem) if is_cookie && problem.code() == "invalid_token" => Err(without_cookie(app, problem)),
            Err(problem) => Err(problem),
        }
    }
}

impl Caller for Superuser {
    async fn recognise(app: &App, request: &HttpRequest) -> Result<Self, Problem> {
        let current = CurrentUser::recognise(app, request).await?;
        let (actor, action, resource) = (current.actor(), Action::Administer, Resource::Users);
        if !can(actor, action, resource) {
            // Asked once more where refusals are recorded.
            let client = ironplate_web::client(request);
            app.run(move |app| async move { app.audit.recorder.permit(actor, action, resource, &client).await })
                .await?;
        }
        Ok(Self(current))
    }
}

/// A cookie that opens nothing any more is taken away.
fn without_cookie(app: &App, problem: Problem) -> Problem {
    match SessionCookie(app.host().network().cookies).take() {
        Some(cookie) => problem.with_header(SET_COOKIE, cookie),
        None => problem,
    }
}
