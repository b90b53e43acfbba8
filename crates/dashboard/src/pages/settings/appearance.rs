//! Light or dark, on this device.

use serde::Serialize;

use crate::{
    request::{Posted, Reader},
    shell::{Answer, Flash, Redirect, Theme},
};

#[derive(Serialize)]
struct Page {}

pub(super) async fn show(reader: Reader) -> Answer {
    reader.page("appearance", "settings/appearance.html", Page {}).answer()
}

/// What is no theme is the device's own.
pub(super) async fn keep(Posted { form, .. }: Posted<Reader>) -> Answer {
    let theme = Theme::from_name(form.text("theme")).unwrap_or_default();
    let back = Redirect::to("/dashboard/settings/appearance");
    Ok(back.cookie(Some(theme.keep())).saying(Flash::ThemeKept).answer())
}
