//! Who asks: the contract's three sorts of callers.

use actix_web::{HttpRequest, ResponseError, http::header::SET_COOKIE};
use ironplate_application::sessions::{Authenticated, Credential, Reach};
use ironplate_domain::{
    Action, Actor, Client, OrganizationId, OrganizationRole, Resource, SessionId, Timestamp, User, UserId, can,
};
use ironplate_web::RequestHead as _;
use utoipa::openapi::security::SecurityRequirement;

use crate::{app::App, description, problem::Problem};

/// A sort of caller that an operation serves.
pub(crate) trait Caller: Sized {
    /// Recognises the caller of this request, and what they are in the organisation at hand, if it names one; or says why not.
    async fn recognise(
        app: &App,
        request: &HttpRequest,
        at: Option<OrganizationId>,
        client: &Client,
    ) -> Result<Self, Problem>;

    /// How they show who they are, for the OpenAPI document; an empty way among others is to do without.
    fn security() -> Option<Vec<SecurityRequirement>> {
        Some(description::credentials())
    }
}

/// Whoever; credentials are not looked at.
pub(crate) struct Anyone;

/// Whoever, and who they are, if they are logged in. A credential that does not count is as good as none.
pub(crate) struct OptionalUser(pub(crate) Option<CurrentUser>);

/// An active user with a live session.
pub(crate) struct CurrentUser {
    pub(crate) user: User,
    pub(crate) session: SessionId,
    /// Until then they are shown nothing that may be old.
    pub(crate) fresh_until: Timestamp,
    /// What they are in the organisation that the request names, if they are in it.
    pub(crate) at: Option<OrganizationRole>,
    /// The session shows itself by a cookie.
    pub(crate) is_cookie: bool,
}

/// A current user who administers users.
pub(crate) struct Superuser(pub(crate) CurrentUser);

/// What whoever must have a second factor may do before they have one: see who they are, prove that and their address, enrol, and leave.
const BEFORE_ENROLMENT: [(&str, &str); 16] = [
    ("GET", "/api/v1/users/me"),
    ("POST", "/api/v1/login/test-token"),
    ("POST", "/api/v1/logout"),
    ("DELETE", "/api/v1/session"),
    ("POST", "/api/v1/session/confirm"),
    ("POST", "/api/v1/session/confirm/challenge"),
    ("POST", "/api/v1/users/me/verify-email"),
    ("GET", "/api/v1/users/me/sessions"),
    ("DELETE", "/api/v1/users/me/sessions"),
    ("DELETE", "/api/v1/users/me/sessions/{session_id}"),
    ("GET", "/api/v1/users/me/second-factors"),
    ("POST", "/api/v1/users/me/authenticator-apps"),
    ("POST", "/api/v1/users/me/authenticator-apps/{authenticator_app_id}/confirm"),
    ("POST", "/api/v1/users/me/passkeys/challenge"),
    ("POST", "/api/v1/users/me/passkeys"),
    ("POST", "/api/v1/users/me/recovery-codes"),
];

/// Whether the request is after something of that.
fn reach(request: &HttpRequest) -> Reach {
    let (method, route) = (ironplate_web::method(request), ironplate_web::route(request));
    let asked = (if method == "HEAD" { "GET" } else { method }, route.trim_end_matches('/'));
    if BEFORE_ENROLMENT.contains(&asked) { Reach::Enrolment } else { Reach::Everything }
}

impl CurrentUser {
    /// Whoever the credential is of, for a request that is after this.
    async fn recognise_for(
        reach: Reach,
        app: &App,
        request: &HttpRequest,
        at: Option<OrganizationId>,
        client: &Client,
    ) -> Result<Self, Problem> {
        let credential = ironplate_web::credential(request)?.ok_or_else(Problem::not_authenticated)?;
        let is_cookie = matches!(credential, Credential::Cookies(_));
        match app.authenticate(reach, request.intent(), credential, at, client).await {
            Ok(Authenticated { user, session, at, .. }) => {
                let fresh_until = session.fresh_until();
                Ok(Self { user, session: session.id, fresh_until, is_cookie, at: at.map(|at| at.role()) })
            }
            // A cookie that opens nothing any more is taken away.
            Err(problem) if is_cookie && problem.code() == "invalid_token" => {
                Err(problem.with_headers(app.cookies().session.take().map(|cookie| (SET_COOKIE, cookie))))
            }
            Err(problem) if problem.code() == "not_authenticated" => Err(Problem::not_authenticated()),
            Err(problem) => Err(problem),
        }
    }

    pub(crate) fn actor(&self) -> Actor {
        self.user.actor().by(self.session).shown_fresh_until(self.fresh_until).within(self.at)
    }
}

impl Superuser {
    pub(crate) fn actor(&self) -> Actor {
        self.0.actor()
    }
}

impl Caller for Anyone {
    async fn recognise(_: &App, _: &HttpRequest, _: Option<OrganizationId>, _: &Client) -> Result<Self, Problem> {
        Ok(Self)
    }

    fn security() -> Option<Vec<SecurityRequirement>> {
        None
    }
}

impl Caller for OptionalUser {
    async fn recognise(
        app: &App,
        request: &HttpRequest,
        at: Option<OrganizationId>,
        client: &Client,
    ) -> Result<Self, Problem> {
        // Whoever must have a second factor is nobody less for lacking it.
        match CurrentUser::recognise_for(Reach::Enrolment, app, request, at, client).await {
            Ok(user) => Ok(Self(Some(user))),
            Err(problem) if problem.status_code().is_client_error() => Ok(Self(None)),
            Err(problem) => Err(problem),
        }
    }

    fn security() -> Option<Vec<SecurityRequirement>> {
        Some([vec![SecurityRequirement::default()], description::credentials()].concat())
    }
}

impl Caller for CurrentUser {
    async fn recognise(
        app: &App,
        request: &HttpRequest,
        at: Option<OrganizationId>,
        client: &Client,
    ) -> Result<Self, Problem> {
        Self::recognise_for(reach(request), app, request, at, client).await
    }
}

impl Caller for Superuser {
    async fn recognise(
        app: &App,
        request: &HttpRequest,
        at: Option<OrganizationId>,
        client: &Client,
    ) -> Result<Self, Problem> {
        let current = CurrentUser::recognise(app, request, at, client).await?;
        if can(current.actor(), Action::Administer, Resource::Users) {
            return Ok(Self(current));
        }
        let (actor, client) = (current.actor(), ironplate_web::client(request));
        let (method, route) = (ironplate_web::method(request), ironplate_web::route(request));
        let whose = request.match_info().get("user_id").and_then(|id| id.parse().ok()).map(|id| UserId(id).into());
        app.run(move |app| async move { Err::<Self, _>(app.core.refuse(actor, method, &route, whose, &client).await) })
            .await
    }
}
