//! The files of `templates/pages/dashboard/`, inside the binary.

macro_rules! files {
    ($($name:literal,)+) => {
        /// Name and content of each.
        pub(super) const FILES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../../../templates/pages/dashboard/", $name)))),+];
    };
}

files! {
    "style.css",
    "script.js",
    "icon.svg",
    "components.html",
    "layout.html",
    "plain.html",
    "error.html",
    "error_inside.html",
    "confirm.html",
    "home.html",
    "items.html",
    "item_form.html",
    "entry/log_in.html",
    "entry/resume.html",
    "entry/sign_up.html",
    "entry/link_sent.html",
    "entry/forgot_password.html",
    "entry/reset_password.html",
    "entry/verify_email.html",
    "settings/layout.html",
    "settings/profile.html",
    "settings/password.html",
    "settings/sessions.html",
    "settings/appearance.html",
    "settings/data.html",
    "admin/users.html",
    "admin/user_form.html",
    "admin/user.html",
    "admin/audit.html",
    "admin/outbox.html",
    "admin/message.html",
    "admin/system.html",
}
