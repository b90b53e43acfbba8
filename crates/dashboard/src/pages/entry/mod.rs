//! The pages of those who are not logged in.

mod forgot_password;
mod invitation;
mod link_sent;
pub(crate) mod log_in;
mod log_out;
mod passkey;
mod reset_password;
mod second_factor;
mod sign_up;
mod verify_email;

use ironplate_web::Address;

use crate::request::resource::{action, form, page};

pub(crate) fn addresses() -> Vec<Address> {
    vec![
        form("/log-in", log_in::show, log_in::log_in),
        form("/log-in/passkey", second_factor::show, passkey::log_in),
        action("/log-in/passkey/challenge", passkey::challenge),
        form("/log-in/second-factor", second_factor::show, second_factor::prove),
        action("/log-out", log_out::log_out),
        form("/sign-up", sign_up::show, sign_up::sign_up),
        page("/link-sent", link_sent::show),
        form("/forgot-password", forgot_password::show, forgot_password::send),
        form("/reset-password", reset_password::show, reset_password::reset),
        form("/verify-email", verify_email::show, verify_email::verify),
        form("/invitation", invitation::show, invitation::answer),
    ]
}
