//! The one table from sorts of faults to statuses.

use actix_web::http::StatusCode;
use ironplate_application::Kind;

/// The status of an answer that tells of such a fault. The JSON API tells of a field as of all faults of its input, with 422.
#[must_use]
pub const fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid | Kind::InvalidField(_) => StatusCode::BAD_REQUEST,
        Kind::Conflict => StatusCode::CONFLICT,
        // The contract's 403 for a credential that is not valid, where RFC 6750 has 401.
        Kind::Unauthenticated | Kind::Denied(_) | Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Throttled(_) => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
