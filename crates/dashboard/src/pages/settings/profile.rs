//! Name and address.

use ironplate_application::{Policy, accounts::ChangeProfile, verification::Requested};
use ironplate_domain::{Email, FullName, User};
use serde::Serialize;

use crate::{
    crud::{Declared, Field, form},
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

form! {
    /// What somebody says of themselves.
    ProfileForm of User, on policy: Policy {
        full_name: Option<FullName> = Field::new("Name").autocomplete("name"),
        email: Email = Field::new("Email").autocomplete("email").hint(if policy.sends_mail {
            "You log in with it. If you change it, we tell both addresses."
        } else {
            "You log in with it."
        }),
    }
}

pub(super) async fn show(user: SessionUser) -> PageResult {
    let form = Form::new().opened::<ProfileForm>(&ProfileForm::fields(user.policy()), &user.account);
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
    user.page("profile", "settings/profile.html", content)
        .fields(&ProfileForm::fields(user.policy()))
        .form(form)
        .answer()
}

pub(super) async fn save(PostedForm { by: user, mut form }: PostedForm<SessionUser>) -> PageResult {
    let read = form.read(&ProfileForm::fields(user.policy()), Some(&*user.account));
    let Some(ProfileForm { full_name, email }) = read else { return page(&user, &form).await };
    let (actor, session, client) = (user.actor(), user.session, user.client.clone());
    // Another spelling of the same address is another address to people.
    let email = email.changed().filter(|email| email.as_str() != user.account.email.as_str());
    let command = ChangeProfile { email: email.clone(), full_name: full_name.changed() };
    match user.run(|app| async move { app.accounts.change_profile(actor, session, command, &client).await }).await {
        Ok(account) => {
            let waits = email.is_some_and(|email| account.email.as_str() != email.as_str());
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
    send_link_from(PATH, &user).await
}

/// Where a second factor waits for the address.
pub(super) async fn send_link_from_security(PostedForm { by: user, .. }: PostedForm<SessionUser>) -> PageResult {
    send_link_from(super::security::PATH, &user).await
}

async fn send_link_from(page: &'static str, user: &SessionUser) -> PageResult {
    let requested =
        user.act(|app, actor, client| async move { app.verification.request(actor, &client).await }).await?;
    let flash = match requested {
        Requested::Enqueued => Flash::LinkSent,
        Requested::AlreadyVerified => Flash::AlreadyVerified,
    };
    Ok(Redirect::to(page).saying(flash).answer())
}
