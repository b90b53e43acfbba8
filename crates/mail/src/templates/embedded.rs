//! The templates inside the binary.

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../templates/mail/", $name)))),*]
    };
}

/// Name and content of every file, layouts first.
pub(super) const FILES: &[(&str, &str)] = files![
    "layout.html",
    "layout.txt",
    "reset_password.subject",
    "reset_password.txt",
    "reset_password.html",
    "set_password.subject",
    "set_password.txt",
    "set_password.html",
    "finish_sign_up.subject",
    "finish_sign_up.txt",
    "finish_sign_up.html",
    "verify_address.subject",
    "verify_address.txt",
    "verify_address.html",
    "confirm_new_address.subject",
    "confirm_new_address.txt",
    "confirm_new_address.html",
    "address_changed.subject",
    "address_changed.txt",
    "address_changed.html",
    "password_changed.subject",
    "password_changed.txt",
    "password_changed.html",
    "already_registered.subject",
    "already_registered.txt",
    "already_registered.html",
    "new_device.subject",
    "new_device.txt",
    "new_device.html",
    "session_reuse.subject",
    "session_reuse.txt",
    "session_reuse.html",
    "second_factor_added.subject",
    "second_factor_added.txt",
    "second_factor_added.html",
    "second_factor_removed.subject",
    "second_factor_removed.txt",
    "second_factor_removed.html",
    "recovery_codes_made.subject",
    "recovery_codes_made.txt",
    "recovery_codes_made.html",
    "recovery_code_used.subject",
    "recovery_code_used.txt",
    "recovery_code_used.html",
    "second_factors_reset.subject",
    "second_factors_reset.txt",
    "second_factors_reset.html",
    "second_factor_guessed.subject",
    "second_factor_guessed.txt",
    "second_factor_guessed.html",
    "passkey_copied.subject",
    "passkey_copied.txt",
    "passkey_copied.html",
    "account_deleted.subject",
    "account_deleted.txt",
    "account_deleted.html",
    "invitation.subject",
    "invitation.txt",
    "invitation.html",
    "joined_organization.subject",
    "joined_organization.txt",
    "joined_organization.html",
    "role_changed.subject",
    "role_changed.txt",
    "role_changed.html",
    "removed_from_organization.subject",
    "removed_from_organization.txt",
    "removed_from_organization.html",
    "ownership_moved.subject",
    "ownership_moved.txt",
    "ownership_moved.html",
    "second_factor_required.subject",
    "second_factor_required.txt",
    "second_factor_required.html",
    "organization_deleted.subject",
    "organization_deleted.txt",
    "organization_deleted.html",
    "test_mail.subject",
    "test_mail.txt",
    "test_mail.html",
];

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use ironplate_domain::MailTemplate;

    use super::super::Part;
    use super::*;

    #[test]
    fn every_mail_has_its_three_parts() {
        for template in MailTemplate::ALL {
            for file in Part::ALL.map(|part| part.file_of(template)) {
                assert!(FILES.iter().any(|(name, _)| *name == file), "{file}");
            }
        }
    }

    #[test]
    fn the_folder_holds_these_and_no_others() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates/mail");
        let there = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let embedded = FILES.iter().map(|(name, _)| (*name).to_owned());
        assert_eq!(there.collect::<BTreeSet<_>>(), embedded.collect::<BTreeSet<_>>());
    }
}
