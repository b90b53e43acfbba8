//! Who asks: the contract's three sorts of callers.

use actix_web::{HttpRequest, http::header::AUTHORIZATION};
use ironplate_application::sessions::Authenticated;
use ironplate_domain::{Action, Actor, Resource, SessionId, User, can};

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

impl Caller for Anyone {
    async fn recognise(_: &App, _: &HttpRequest) -> Result<Self, Problem> {
        Ok(Self)
    }
}

impl Caller for CurrentUser {
    async fn recognise(app: &App, request: &HttpRequest) -> Result<Self, Problem> {
        let token = bearer_token(request).ok_or_else(Problem::not_authenticated)?.to_owned();
        let Authenticated { user, session } =
            app.run(|app| async move { app.sessions.authenticate(&token).await }).await?;
        Ok(Self { user, session })
    }
}

impl Caller for Superuser {
    async fn recognise(app: &App, request: &HttpRequest) -> Result<Self, Problem> {
        let current = CurrentUser::recognise(app, request).await?;
        if can(current.actor(), Action::Administer, Resource::Users) {
            Ok(Self(current))
        } else {
            Err(ironplate_application::users::ReadUserError::Denied.into())
        }
    }
}

/// What follows the scheme `Bearer`, in any case, in the first `Authorization` header; may be empty.
fn bearer_token(request: &HttpRequest) -> Option<&str> {
    let header = request.headers().get(AUTHORIZATION)?;
    // Bytes that are no text can't be one of our tokens, but they are credentials.
    let Ok(header) = header.to_str() else { return Some("") };
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_scheme_is_found_as_the_contract_has_it() {
        let rows = [
            ("Bearer abc", Some("abc")),
            ("bearer abc", Some("abc")),
            ("BEARER  abc  ", Some("abc")),
            ("Bearer", Some("")),
            ("Bearer ", Some("")),
            ("Basic abc", None),
            ("abc", None),
            ("Bearer\tabc", None),
            ("", None),
        ];
        for (header, token) in rows {
            let request = TestRequest::default().insert_header((AUTHORIZATION, header)).to_http_request();
            assert_eq!(bearer_token(&request), token, "{header:?}");
        }
        assert_eq!(bearer_token(&TestRequest::default().to_http_request()), None);
    }

    #[test]
    fn the_first_of_two_headers_counts() {
        let request = TestRequest::default()
            .append_header((AUTHORIZATION, "Bearer first"))
            .append_header((AUTHORIZATION, "Bearer second"))
            .to_http_request();
        assert_eq!(bearer_token(&request), Some("first"));
    }
}
