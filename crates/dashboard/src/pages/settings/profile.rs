//! Name and address.

use ironplate_application::{accounts::ChangeProfile, verification::Requested};
use ironplate_domain::{Email, FullName};
use serde::Serialize;

use crate::{
    request::{Form, Posted, Reader},
    shell::{Answer, Flash, Redirect},
    words::When,
};

const PATH: &str = "/dashboard/settings/profile";

#[derive(Serialize)]
struct Page {
    is_verified: bool,
    /// A new address that waits for its confirmation.
    pending: Option<String>,
    /// When a link to confirm the present one was sent that still works.
    link_sent: Option<When>,
    is_link_sent_now: bool,
    mail_off: bool,
}

pub(super) async fn show(reader: Reader) -> Answer {
    let full_name = reader.user.full_name.as_ref().map_or("", FullName::as_str);
    let form = Form::new().holding_now("full_name", full_name).holding_now("email", reader.user.email.as_str());
    page(&reader, &form).await
}

async fn page(reader: &Reader, form: &Form) -> Answer {
    let actor = reader.actor();
    let pending = reader.run(|app| async move { app.accounts.pending_address(actor).await }).await?;
    let link_sent = reader.run(|app| async move { app.verification.link_sent(actor).await }).await?;
    let content = Page {
        link_sent: link_sent.map(When::from),
        is_link_sent_now: reader.flash() == Some(Flash::LinkSent),
        is_verified: reader.user.is_verified,
        pending: pending.map(|email| email.as_str().to_owned()),
        mail_off: !reader.policy().sends_mail,
    };
    reader.page("profile", "settings/profile.html", content).form(form).answer()
}

pub(super) async fn save(Posted { by: reader, mut form }: Posted<Reader>) -> Answer {
    let (full_name, email) = (form.optional::<FullName>("full_name"), form.needed::<Email>("email"));
    form.tell_if_overtaken("full_name", reader.user.full_name.as_ref().map_or("", FullName::as_str));
    form.tell_if_overtaken("email", reader.user.email.as_str());
    let read = full_name.zip(email).filter(|_| form.is_fine());
    let Some((full_name, email)) = read else { return page(&reader, &form).await };
    let (actor, session, client) = (reader.actor(), reader.session, reader.client.clone());
    // Another spelling of the same address is another address to people.
    let is_new = form.is_changed("email") && email.as_str() != reader.user.email.as_str();
    let full_name = form.is_changed("full_name").then_some(full_name);
    let command = ChangeProfile { email: is_new.then(|| email.clone()), full_name };
    match reader.run(|app| async move { app.accounts.change_profile(actor, session, command, &client).await }).await {
        Ok(user) => {
            let waits = is_new && user.email.as_str() != email.as_str();
            let flash = if waits { Flash::AddressToConfirm } else { Flash::ProfileSaved };
            Ok(Redirect::to(PATH).saying(flash).answer())
        }
        Err(refusal) => {
            form.refuse(refusal)?;
            page(&reader, &form).await
        }
    }
}

pub(super) async fn send_link(Posted { by: reader, .. }: Posted<Reader>) -> Answer {
    let (actor, client) = (reader.actor(), reader.client.clone());
    let requested = reader.run(|app| async move { app.verification.request(actor, &client).await }).await?;
    let flash = match requested {
        Requested::Enqueued => Flash::LinkSent,
        Requested::AlreadyVerified => Flash::AlreadyVerified,
    };
    Ok(Redirect::to(PATH).saying(flash).answer())
}
