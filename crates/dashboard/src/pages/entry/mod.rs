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

use actix_web::web::ServiceConfig;

use crate::request::resource::{action, form, page};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(form("/log-in", log_in::show, log_in::log_in))
        .service(form("/log-in/passkey", second_factor::show, passkey::log_in))
        .service(action("/log-in/passkey/challenge", passkey::challenge))
        .service(form("/log-in/second-factor", second_factor::show, second_factor::prove))
        .service(action("/log-out", log_out::log_out))
        .service(form("/sign-up", sign_up::show, sign_up::sign_up))
        .service(page("/link-sent", link_sent::show))
        .service(form("/forgot-password", forgot_password::show, forgot_password::send))
        .service(form("/reset-password", reset_password::show, reset_password::reset))
        .service(form("/verify-email", verify_email::show, verify_email::verify))
        .service(form("/invitation", invitation::show, invitation::answer));
}
