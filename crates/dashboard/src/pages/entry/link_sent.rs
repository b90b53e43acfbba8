//! Check your inbox.

use actix_web::{HttpRequest, HttpResponse};
use ironplate_domain::Email;
use serde::Serialize;

use crate::{
    request::RequestContext,
    shell::{
        PageResult, Redirect,
        cookies::{self, CookieLifetime},
    },
};

/// Not in the address of the page, which ends up in histories and logs.
const SENT_TO: &str = "sent_to";

/// What the mail is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LinkKind {
    Reset,
    Finish,
}

#[derive(Serialize)]
struct LinkSentPage {
    what: LinkKind,
    email: Option<String>,
    mailbox_url: Option<&'static str>,
}

pub(super) fn to(what: LinkKind, email: &Email) -> HttpResponse {
    let address = match what {
        LinkKind::Reset => "/dashboard/link-sent?what=reset",
        LinkKind::Finish => "/dashboard/link-sent?what=finish",
    };
    let email: String = form_urlencoded::byte_serialize(email.as_str().as_bytes()).collect();
    Redirect::to(address).cookie(Some(cookies::set_cookie(SENT_TO, &email, CookieLifetime::ForAMoment))).answer()
}

/// The same whether the address has an account or not.
pub(super) async fn show(context: RequestContext, request: HttpRequest) -> PageResult {
    let what = if context.query.get("what") == "finish" { LinkKind::Finish } else { LinkKind::Reset };
    let email = cookies::cookies(&request, SENT_TO).find_map(|text| {
        let (text, _) = form_urlencoded::parse(text.as_bytes()).next()?;
        Email::parse(&text).ok().map(|email| email.as_str().to_owned())
    });
    let mailbox_url = context.site().settings.shows_mailbox.then_some("/dev/mailbox");
    context.page("entry/link_sent.html", LinkSentPage { what, email, mailbox_url }).answer()
}
