//! Check your inbox.

use actix_web::{HttpRequest, HttpResponse};
use ironplate_domain::Email;
use serde::Serialize;

use crate::{
    request::Visit,
    shell::{
        Answer, Redirect,
        cookies::{self, Lasts},
    },
};

/// Not in the address of the page, which ends up in histories and logs.
const SENT_TO: &str = "sent_to";

/// What the mail is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum What {
    Reset,
    Finish,
}

#[derive(Serialize)]
struct Page {
    what: What,
    email: Option<String>,
    mailbox_url: Option<&'static str>,
}

pub(super) fn to(what: What, email: &Email) -> HttpResponse {
    let address = match what {
        What::Reset => "/dashboard/link-sent?what=reset",
        What::Finish => "/dashboard/link-sent?what=finish",
    };
    let email: String = form_urlencoded::byte_serialize(email.as_str().as_bytes()).collect();
    Redirect::to(address).cookie(Some(cookies::set_cookie(SENT_TO, &email, Lasts::ForAMoment))).answer()
}

/// The same whether the address has an account or not.
pub(super) async fn show(visit: Visit, request: HttpRequest) -> Answer {
    let what = if visit.query.get("what") == "finish" { What::Finish } else { What::Reset };
    let email = cookies::cookies(&request, SENT_TO).find_map(|text| {
        let (text, _) = form_urlencoded::parse(text.as_bytes()).next()?;
        Email::parse(&text).ok().map(|email| email.as_str().to_owned())
    });
    let mailbox_url = visit.site().settings.shows_mailbox.then_some("/dev/mailbox");
    visit.page("entry/link_sent.html", Page { what, email, mailbox_url }).answer()
}
