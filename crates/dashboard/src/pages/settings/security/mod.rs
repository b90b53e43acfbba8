//! By what one logs in, and where one is: all of it on one page.

pub(super) mod apps;
pub(super) mod codes;
pub(super) mod devices;
pub(super) mod passkeys;
pub(super) mod sessions;

use ironplate_domain::{AuthenticatorApp, Passkey, PasswordAttempt, RecoveryCode};
use serde::Serialize;

use self::{devices::DeviceView, sessions::SessionView};
use crate::{
    fault::PageError,
    request::{Form, SessionUser},
    shell::{PageResponse, PageResult},
    words::When,
};

pub(super) const PATH: &str = "/dashboard/settings/security";

#[derive(Serialize)]
struct SecurityPage {
    passkeys: Vec<PasskeyView>,
    /// There may be more of them, and browsers can use them here.
    can_add_passkey: bool,
    apps: Vec<AppView>,
    can_add: bool,
    /// There is anything whose place recovery codes take.
    has_any: bool,
    codes_left: u64,
    devices: Vec<DeviceView>,
    /// For how many days a device may be trusted; none where it may not.
    trust_days: Option<u64>,
    sessions: Vec<SessionView>,
    /// Without one, the reader sees nothing else.
    must_have_one: bool,
    /// The reader's address is proved, which the first of them asks for.
    is_verified: bool,
    /// Without mail, nobody sends a link.
    mail_off: bool,
}

#[derive(Serialize)]
struct PasskeyView {
    id: String,
    name: String,
    /// Who keeps it, where that is known.
    provider: Option<&'static str>,
    is_backed_up: bool,
    /// Without, it is for the second step alone.
    verifies_user: bool,
    created: When,
    used: Option<When>,
}

impl From<Passkey> for PasskeyView {
    fn from(passkey: Passkey) -> Self {
        let provider = passkey.provider();
        let Passkey { id, name, is_backed_up, verifies_user, created_at, last_used_at, .. } = passkey;
        let (created, used) = (created_at.into(), last_used_at.map(When::from));
        Self { id: id.to_string(), name: name.into(), provider, is_backed_up, verifies_user, created, used }
    }
}

#[derive(Serialize)]
struct AppView {
    id: String,
    name: String,
    created: When,
    used: Option<When>,
}

impl From<AuthenticatorApp> for AppView {
    fn from(app: AuthenticatorApp) -> Self {
        let AuthenticatorApp { id, name, created_at, last_used_at, .. } = app;
        Self { id: id.to_string(), name: name.into(), created: created_at.into(), used: last_used_at.map(When::from) }
    }
}

pub(super) async fn show(user: SessionUser) -> PageResult {
    let own = user.act(|app, actor, _| async move { app.second_factors.list_own(actor).await }).await?;
    let can_add_passkey = own.passkeys.len() < Passkey::MOST && user.policy().relying_party.is_some();
    let (has_any, codes_left) = (own.are_there(), own.recovery_codes.count);
    let passkeys: Vec<PasskeyView> = own.passkeys.into_iter().map(PasskeyView::from).collect();
    let apps: Vec<AppView> = own.apps.into_iter().map(AppView::from).collect();
    let must_have_one = user.policy().second_factor.covers(&user.account);
    let can_add = apps.len() < AuthenticatorApp::MOST;
    let view = SecurityPage {
        passkeys,
        can_add_passkey,
        apps,
        can_add,
        has_any,
        codes_left,
        devices: devices::list(&user).await?,
        trust_days: devices::trust_days(&user).await?,
        sessions: sessions::list(&user).await?,
        must_have_one,
        is_verified: user.account.is_verified,
        mail_off: !user.policy().sends_mail,
    };
    user.page("security", "settings/security.html", view).answer()
}

/// Whether the password belongs to what is added, since it is the first beside it. For all others, who one is was proved lately.
async fn asks_password(user: &SessionUser) -> Result<bool, PageError> {
    let own = user.act(|app, actor, _| async move { app.second_factors.list_own(actor).await }).await?;
    if own.are_there() { user.check_proved().map(|()| false) } else { Ok(true) }
}

/// The password of a form that asks for one.
fn password_in(form: &Form) -> Option<PasswordAttempt> {
    form.fields().find("password").map(PasswordAttempt::new)
}

#[derive(Serialize)]
struct RecoveryCodesPage {
    codes: Vec<String>,
    /// They came with the first second factor.
    is_first: bool,
}

/// The page that shows new codes: this once.
fn recovery_codes<'a>(user: &'a SessionUser, codes: &[RecoveryCode], is_first: bool) -> PageResponse<'a> {
    let codes = codes.iter().map(RecoveryCode::shown).collect();
    user.page("security", "settings/recovery_codes.html", RecoveryCodesPage { codes, is_first }).form(&Form::new())
}
