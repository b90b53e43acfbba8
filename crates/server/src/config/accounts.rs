//! Who may make an account, and what follows from a mailed link.

use ironplate_application::{RegistrationMode, SecondFactorPolicy, TokenLifetimes};

use super::{
    Mail,
    reader::{Read, Reader},
};

/// Longer than anybody waits for a mail; a key that lies in a mailbox for years is none.
pub(super) const HOURS_OF_A_YEAR: u32 = 366 * 24;

pub(crate) struct Accounts {
    pub(crate) confirm_email_change: bool,
    pub(crate) ask_again: bool,
    pub(crate) second_factor: SecondFactorPolicy,
    pub(crate) lifetimes: TokenLifetimes,
}

pub(super) fn registration(reader: &mut Reader<'_>, mail: &Read<Mail>) -> Read<RegistrationMode> {
    let key = "registration.mode";
    match reader.text(key)?.as_str() {
        "open" => Ok(RegistrationMode::Open),
        "verify_first" if is_off(mail) => {
            Err(reader.refuse(key, "is verify_first, but mail is off", "set up mail, or choose open or closed"))
        }
        "verify_first" => Ok(RegistrationMode::VerifyFirst),
        "closed" => Ok(RegistrationMode::Closed),
        other => Err(reader.refuse(key, &format!("{other:?} is no mode"), "open, verify_first or closed")),
    }
}

pub(super) fn read(reader: &mut Reader<'_>, mail: &Read<Mail>) -> Read<Accounts> {
    let confirm_email_change = confirm_email_change(reader, mail);
    let ask_again = reader.switch("accounts.ask_again");
    let second_factor = second_factor(reader);
    let mut lifetime = |key| reader.hours(key, 1..=HOURS_OF_A_YEAR);
    let reset_password = lifetime("accounts.reset_password_hours");
    let set_password = lifetime("accounts.set_password_hours");
    let verify_email = lifetime("accounts.verify_email_hours");
    let confirm_email = lifetime("accounts.confirm_email_hours");
    let lifetimes = TokenLifetimes {
        reset_password: reset_password?,
        set_password: set_password?,
        verify_email: verify_email?,
        confirm_email: confirm_email?,
    };
    Ok(Accounts {
        confirm_email_change: confirm_email_change?,
        ask_again: ask_again?,
        second_factor: second_factor?,
        lifetimes,
    })
}

fn second_factor(reader: &mut Reader<'_>) -> Read<SecondFactorPolicy> {
    let key = "accounts.second_factor";
    match reader.text(key)?.as_str() {
        "optional" => Ok(SecondFactorPolicy::Optional),
        "superusers" => Ok(SecondFactorPolicy::Superusers),
        "everybody" => Ok(SecondFactorPolicy::Everybody),
        other => Err(reader.refuse(key, &format!("{other:?} is nobody"), "optional, superusers or everybody")),
    }
}

/// Production's default gives way where mail is off; what somebody asked for does not.
fn confirm_email_change(reader: &mut Reader<'_>, mail: &Read<Mail>) -> Read<bool> {
    let key = "accounts.confirm_email_change";
    let is_wanted = reader.switch(key)?;
    if is_wanted && is_off(mail) {
        if reader.is_given(key) {
            return Err(reader.refuse(key, "is on, but mail is off: nobody could confirm", "set up mail, or false"));
        }
        return Ok(false);
    }
    Ok(is_wanted)
}

fn is_off(mail: &Read<Mail>) -> bool {
    mail.as_ref().is_ok_and(Mail::is_off)
}
