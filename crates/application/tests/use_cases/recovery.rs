//! A forgotten password.

mod previewing;
mod requesting;
mod resetting;

use ironplate_application::{
    ports::OutgoingMail,
    recovery::{ResetPassword, ResetPasswordError},
};
use ironplate_domain::MailTemplate;
use ironplate_testkit::{World, samples, secret_in};

/// The mail that a request for recovery leads to.
pub(crate) async fn recovery_mail(world: &World, address: &str) -> OutgoingMail {
    world.recovery().request(Some(&samples::email(address)), &samples::client()).await.unwrap();
    world.mail(MailTemplate::ResetPassword, address).await
}

/// Follows the link of a mail and sets this password.
pub(crate) async fn reset(world: &World, mail: &OutgoingMail, password: &str) -> Result<(), ResetPasswordError> {
    let command = ResetPassword { token: secret_in(mail), new_password: samples::password(password) };
    world.recovery().reset_password(command, &samples::client()).await
}
