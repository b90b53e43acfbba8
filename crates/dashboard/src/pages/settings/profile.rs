//! Name and address.

use ironplate_application::{accounts::ChangeProfile, verification::Requested};
use ironplate_domain::{Email, FullName};
use serde::Serialize;

use crate::{
    request::{Form, PostedForm, SessionUser},
    shell::{Flash, PageResult, Redirect},
    words::When,
};

const PATH: &str = "/dashboard/settings/profile";

#[derive(Serialize)]
struct ProfilePage {
    is_verified: bool,
    /// A new address that waits for its confirmation.
    pending: Option<String>,
    /// When a link to confirm the present one was sent that still works.
    link_sent: Option<When>,
    is_link_sent_now: bool,
    mail_off: bool,
}

pub(super) async fn show(user: SessionUser) -> PageResult {
    let full_name = user.account.full_name.as_ref().map_or("", FullName::as_str);
    let form = Form::new().holding_now("full_name", full_name).holding_now("email", user.account.email.as_str());
    page(&user, &form).await
}

async fn page(user: &SessionUser, form: &Form) -> PageResult {
    let actor = user.actor();
    let pending = user.run(|app| async move { app.accounts.pending_address(actor).await }).await?;
    let link_sent = user.run(|app| async move { app.verification.link_sent(actor).await }).await?;
    let content = ProfilePage {
        link_sent: link_sent.map(When::from),
        is_link_sent_now: user.flash() == Some(Flash::LinkSent),
        is_verified: user.account.is_verified,
        pending: pending.map(|email| email.as_str().to_owned()),
        mail_off: !user.policy().sends_mail,
    };
    user.page("profile", "settings/profile.html", content).form(form).answer()
}

pub(super) async fn save(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    let (full_name, email) = (form.optional::<FullName>("full_name"), form.needed::<Email>("email"));
    form.tell_if_overtaken("full_name", user.account.full_name.as_ref().map_or("", FullName::as_str));
    form.tell_if_overtaken("email", user.account.email.as_str());
    let read = full_name.zip(email).filter(|_| form.is_fine());
    let Some((full_name, email)) = read else { return page(&user, &form).await };
    let (actor, session, client) = (user.actor(), user.session, user.client.clone());
    // Another spelling of the same address is another address to people.
    let is_new = form.is_changed("email") && email.as_str() != user.account.email.as_str();
    let full_name = form.is_changed("full_name").then_some(full_name);
    let command = ChangeProfile { email: is_new.then(|| email.clone()), full_name };
    match user.run(|app| async move { app.accounts.change_profile(actor, session, command, &client).await }).await {
        Ok(account) => {
            let waits = is_new && account.email.as_str() != email.as_str();
            let flash = if waits { Flash::AddressToConfirm } else { Flash::ProfileSaved };
            Ok(Redirect::to(PATH).saying(flash).answer())
        }
        Err(error) => {
            form.refuse(error)?;
            page(&user, &form).await
        }
    }
}

pub(super) async fn send_link(PostedForm { by: user, .. }: PostedForm<SessionUser>) -> PageResult {
    let (actor, client) = (user.actor(), user.client.clone());
    let requested = user.run(|app| async move { app.verification.request(actor, &client).await }).await?;
    let flash = match requested {
        Requested::Enqueued => Flash::LinkSent,
        Requested::AlreadyVerified => Flash::AlreadyVerified,
    };
    Ok(Redirect::to(PATH).saying(flash).answer())
}
