//! What was not done, and why: data, which `fault_pages` turns into pages.

use std::{fmt, time::Duration};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{ContentType, HeaderValue},
    },
};
use ironplate_application::{Class, Fault, Kind, limits::Throttle, logged};
use ironplate_web::{BodyFault, status_of};

use crate::headers::{POLICY, private};

/// The code of a body that is packed.
pub(crate) const UNSUPPORTED_ENCODING: &str = "unsupported_encoding";

/// Why there is no page, or not the one that was asked for.
#[derive(Debug)]
pub(crate) enum PageError {
    /// Somebody has to log in first.
    LogInRequired(CookieFault),
    /// A use case, or the dashboard itself, said no.
    Rejected(Rejection),
    /// This address is asked by these methods.
    WrongMethod(&'static str),
}

/// Why the cookies of sessions let nobody in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CookieFault {
    Missing,
    /// They open nothing (any more).
    Stale,
    /// Each opens another account's session, so none is believed; nor taken away, or the other would be believed.
    OfTwoAccounts,
}

/// A fault, as far as people are told of it.
#[derive(Debug, Clone)]
pub(crate) struct Rejection {
    pub(crate) kind: Kind,
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    /// The fields of a form that it may be about, the likeliest first.
    pub(crate) fields: Option<&'static [&'static str]>,
    /// A sentence for the reader; empty where they are told nothing but that it failed.
    pub(crate) text: String,
    /// What to do about it, where more is known than its kind tells.
    pub(crate) advice: Option<String>,
}

/// A fault of ours: told to the log, not to the reader.
pub(crate) struct InternalError<'a>(pub(crate) &'a str);

impl PageError {
    /// There is no such page.
    pub(crate) fn missing() -> Self {
        Self::rejected(Kind::NotFound, "not_found", "There is nothing at this address.")
    }

    /// What was sent was not received.
    pub(crate) fn of_body(fault: BodyFault) -> Self {
        match fault {
            BodyFault::Encoded => {
                let text = "What was sent is packed. It has to be sent as it is.";
                Self::of_request(StatusCode::UNSUPPORTED_MEDIA_TYPE, UNSUPPORTED_ENCODING, text)
            }
            BodyFault::TooLarge => {
                let text = "More was sent than a form may hold.";
                Self::of_request(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", text)
            }
            BodyFault::TooSlow => {
                Self::of_request(StatusCode::REQUEST_TIMEOUT, "request_timeout", "The form took too long to arrive.")
            }
            BodyFault::Unreadable => Self::rejected(Kind::Invalid, "unreadable_body", "The form could not be read."),
            BodyFault::OverBudget(exceeded) => exceeded.into(),
        }
    }

    pub(crate) fn no_form() -> Self {
        let text = "What was sent is not the form of a page.";
        Self::of_request(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", text)
    }

    /// This client asked too often.
    pub(crate) fn too_many(throttle: Throttle) -> Self {
        Self::rejected(Kind::Throttled(throttle), "too_many_requests", &throttle.to_string())
    }

    /// Something that was not done, in these words.
    pub(crate) fn advised(Class { kind, code, fields }: Class, text: &str, advice: String) -> Self {
        Self::Rejected(Rejection {
            kind,
            status: status_of(kind),
            code,
            fields,
            text: text.to_owned(),
            advice: Some(advice),
        })
    }

    fn rejected(kind: Kind, code: &'static str, text: &str) -> Self {
        Self::Rejected(Rejection {
            kind,
            status: status_of(kind),
            code,
            fields: None,
            text: text.to_owned(),
            advice: None,
        })
    }

    fn of_request(status: StatusCode, code: &'static str, text: &str) -> Self {
        Self::Rejected(Rejection {
            kind: Kind::Invalid,
            status,
            code,
            fields: None,
            text: text.to_owned(),
            advice: None,
        })
    }
}

impl PageError {
    /// The name of the fault, as the API has it.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::LogInRequired(_) => "not_authenticated",
            Self::Rejected(rejection) => rejection.code,
            Self::WrongMethod(_) => "method_not_allowed",
        }
    }
}

impl<F: Fault> From<F> for PageError {
    fn from(fault: F) -> Self {
        let Class { kind, code, fields } = fault.class();
        let text = match kind {
            Kind::Unavailable => {
                tracing::warn!(cause = logged(&fault), "request refused: try again later");
                String::new()
            }
            Kind::Internal => {
                tracing::error!(cause = logged(&fault), "request failed");
                String::new()
            }
            _ => fault.to_string(),
        };
        Self::Rejected(Rejection { kind, status: status_of(kind), code, fields, text, advice: None })
    }
}

impl From<InternalError<'_>> for PageError {
    fn from(InternalError(cause): InternalError<'_>) -> Self {
        tracing::error!(cause, "page not made");
        Self::rejected(Kind::Internal, "internal_error", "")
    }
}

impl Rejection {
    /// When it may work: a `Retry-After`, in seconds, rounded up.
    pub(crate) fn retry_after(&self) -> Option<HeaderValue> {
        let wait = match self.kind {
            Kind::Throttled(throttle) => throttle.retry_after,
            Kind::Unavailable => Duration::from_secs(1),
            _ => return None,
        };
        Some(HeaderValue::from(wait.as_secs().max(1) + u64::from(wait.subsec_nanos() > 0)))
    }

    /// Whether the same may work later.
    pub(crate) const fn may_pass(&self) -> bool {
        matches!(self.kind, Kind::Throttled(_) | Kind::Unavailable | Kind::Internal)
    }

    /// Whether the reader can mend it in the form that they sent.
    pub(crate) const fn is_about_the_form(&self) -> bool {
        matches!(self.kind, Kind::Invalid | Kind::InvalidField(_) | Kind::Conflict | Kind::Throttled(_))
    }

    /// The same in the dashboard's own words, where it has some.
    pub(crate) fn sentence(&self) -> &str {
        match self.code {
            "email_taken" => "Another account has this address",
            "incorrect_password" => "The password is not right",
            "superuser_resets_self" => "Superusers can’t reset their own second factors. Another superuser can",
            "password_unchanged" => "The new password is the same as the current one",
            "inactive_user" => "This account is switched off. An administrator can switch it on again",
            "last_superuser" => "The last active superuser can’t be demoted, deactivated or deleted",
            "registration_closed" => "Accounts are made by administrators, or by the link of an invitation",
            "not_enough_privileges" | "not_enough_permissions" => "Your account may not see or do this",
            "organization_not_found" => "There is no such organisation, or you are not in it",
            "organization_creation_closed" => "You can’t make organisations here",
            "invitation_not_found" => "This invitation was answered, taken back, or is too old",
            "member_not_found" => "Nobody of this id is in the organisation",
            "inactive_member" => "An owner has to be able to log in, and this member can’t",
            "superuser_deletes_self" => "Superusers can’t delete themselves. Another superuser can",
            _ => &self.text,
        }
    }
}

impl fmt::Display for PageError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::LogInRequired(_) => StatusCode::FORBIDDEN,
            Self::Rejected(rejection) => rejection.status,
            Self::WrongMethod(_) => StatusCode::METHOD_NOT_ALLOWED,
        }
    }

    /// What is left where no page is made.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        private(response.content_type(ContentType::plaintext()), POLICY).body(self.to_string())
    }
}
