//! What is said when there is nothing to show.

use std::{error::Error, fmt};

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use ironplate_application::logged;
use serde::Serialize;

use crate::pages;

/// Why there is nothing to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MailboxError {
    /// No mail has this id, or none any more.
    Missing,
    /// The mailbox can't be read; the log tells why.
    Unreadable,
}

#[derive(Serialize)]
struct ErrorPage {
    title: &'static str,
    text: &'static str,
}

impl MailboxError {
    pub(super) fn unreadable(cause: &(dyn Error + 'static)) -> Self {
        tracing::error!(cause = logged(cause), "the mailbox can't be read");
        Self::Unreadable
    }

    const fn page(self) -> ErrorPage {
        match self {
            Self::Missing => ErrorPage {
                title: "This mail is not here",
                text: "It may have made room for newer ones, or the address is not quite right.",
            },
            Self::Unreadable => ErrorPage { title: "The mailbox can't be read", text: "The server's log tells why." },
        }
    }
}

impl fmt::Display for MailboxError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.page().title)
    }
}

impl ResponseError for MailboxError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Missing => StatusCode::NOT_FOUND,
            Self::Unreadable => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        pages::page(self.status_code(), "error.html", &self.page())
    }
}
