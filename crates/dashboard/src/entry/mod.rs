//! The pages of those who are not logged in.

mod first;
mod forgot_password;
mod link_sent;
pub(crate) mod log_in;
pub(crate) mod log_out;
mod reset_password;
mod sign_up;
mod verify_email;

use actix_web::web::{self, ServiceConfig};

pub(crate) use first::LogInFirst;

use crate::routes::{at, get};

pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(at("/log-in").route(get().to(log_in::show)).route(web::post().to(log_in::log_in)))
        .service(at("/log-out").route(web::post().to(log_out::log_out)))
        .service(at("/sign-up").route(get().to(sign_up::show)).route(web::post().to(sign_up::sign_up)))
        .service(at("/link-sent").route(get().to(link_sent::show)))
        .service(
            at("/forgot-password").route(get().to(forgot_password::show)).route(web::post().to(forgot_password::send)),
        )
        .service(
            at("/reset-password").route(get().to(reset_password::show)).route(web::post().to(reset_password::reset)),
        )
        .service(at("/verify-email").route(get().to(verify_email::show)).route(web::post().to(verify_email::verify)));
}
