//! Light or dark, on this device.

use serde::Serialize;

use crate::{
    request::{PostedForm, SessionUser},
    shell::{Flash, PageResult, Redirect, Theme},
};

#[derive(Serialize)]
struct AppearancePage {}

pub(super) async fn show(user: SessionUser) -> PageResult {
    user.page("appearance", "settings/appearance.html", AppearancePage {}).answer()
}

/// What is no theme is the device's own.
pub(super) async fn keep(PostedForm { form, .. }: PostedForm<SessionUser>) -> PageResult {
    let theme = Theme::from_name(form.text("theme")).unwrap_or_default();
    let back = Redirect::to("/dashboard/settings/appearance");
    Ok(back.cookie(Some(theme.keep())).saying(Flash::ThemeKept).answer())
}
