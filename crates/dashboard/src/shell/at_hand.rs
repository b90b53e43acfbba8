//! The organisation that the reader chose to have at hand: a wish and no right, which says nothing of whether they are in it.

use std::time::Duration;

use actix_web::{HttpRequest, http::header::HeaderValue};
use ironplate_domain::OrganizationId;

use super::cookies::{self, CookieLifetime};

const NAME: &str = "organization";

/// What was chosen in this session.
pub(crate) fn chosen(request: &HttpRequest) -> Option<OrganizationId> {
    cookies::cookies(request, NAME).find_map(|id| id.parse().ok()).map(OrganizationId)
}

/// The `Set-Cookie` that keeps the choice for as long; `None` is what is one's own.
pub(crate) fn choose(organization: Option<OrganizationId>, lasts: Duration) -> HeaderValue {
    match organization {
        Some(id) => cookies::set_cookie(NAME, &id.to_string(), CookieLifetime::For(lasts)),
        None => forget(),
    }
}

/// The `Set-Cookie` for whoever comes next.
pub(crate) fn forget() -> HeaderValue {
    cookies::set_cookie(NAME, "", CookieLifetime::NoLonger)
}
