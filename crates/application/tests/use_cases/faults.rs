//! What sort of error each is, and its name for machines.

use std::time::Duration;

use ironplate_application::{
    Denied, Fault, Kind, Missing, NewPasswordError,
    accounts::{
        ChangePasswordError, ChangeProfileError, ConfirmPasswordError, DeleteAccountError, ExportError, SignUpError,
    },
    audit::AuditError,
    items::{CreateItemError, ItemError},
    limits::{LimitError, Throttle},
    outbox::{OverseeError, SendTestMailError},
    overview::OverviewError,
    ports::{Constraint, HashingError, RenderError, StoreError, Weakness},
    recovery::{PreviewError, ResetPasswordError},
    sessions::{AuthenticateError, LogInError, RefreshError, SessionsError},
    system::SystemError,
    users::{CreateUserError, DeleteUserError, ListUsersError, ReadUserError, UpdateUserError},
    verification::{RequestVerificationError, VerifyEmailError},
};
use ironplate_testkit::{World, samples::client};

fn away() -> StoreError {
    StoreError::Unavailable("the reason".into())
}

fn broken() -> StoreError {
    StoreError::Internal("the reason".into())
}

fn odd() -> StoreError {
    StoreError::Conflict(Constraint::SessionUser)
}

fn unrendered() -> RenderError {
    RenderError { template: "reset_password", source: "the reason".into() }
}

fn failed() -> HashingError {
    HashingError::Failed("the reason".into())
}

const THROTTLE: Throttle = Throttle { permits: 9, retry_after: Duration::ZERO, reset_after: Duration::ZERO };

fn throttled() -> LimitError {
    LimitError::Throttled(THROTTLE)
}

fn weak() -> NewPasswordError {
    NewPasswordError::Weak { field: "new_password", weakness: Weakness("It is weak.".into()) }
}

async fn denied() -> Denied {
    let world = World::new().with_user("ann@example.com").await;
    world.application().core.refuse(world.actor("ann@example.com"), "read", "items", None, &client()).await
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn table(denied: Denied) -> Vec<(Box<dyn Fault>, Kind, &'static str)> {
    vec![
        (Box::new(away()), Kind::Unavailable, "unavailable"),
        (Box::new(broken()), Kind::Internal, "internal_error"),
        (Box::new(odd()), Kind::Internal, "internal_error"),
        (Box::new(HashingError::Busy), Kind::Unavailable, "busy"),
        (Box::new(failed()), Kind::Internal, "internal_error"),
        (Box::new(SignUpError::Closed), Kind::Forbidden, "registration_closed"),
        (Box::new(SignUpError::EmailTaken), Kind::Invalid, "email_taken"),
        (Box::new(SignUpError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(SignUpError::Password(NewPasswordError::Hashing(HashingError::Busy))), Kind::Unavailable, "busy"),
        (Box::new(ChangeProfileError::EmailTaken), Kind::Conflict, "email_taken"),
        (Box::new(ChangeProfileError::Limit(throttled())), Kind::Throttled(THROTTLE), "too_many_attempts"),
        (Box::new(ChangeProfileError::SessionOver), Kind::Unauthenticated, "invalid_token"),
        (Box::new(ChangeProfileError::NotFound), Kind::NotFound, "user_not_found"),
        (Box::new(ChangeProfileError::Store(broken())), Kind::Internal, "internal_error"),
        (Box::new(ChangePasswordError::Incorrect), Kind::Invalid, "incorrect_password"),
        (Box::new(ChangePasswordError::Unchanged), Kind::Invalid, "password_unchanged"),
        (Box::new(ChangePasswordError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(ChangePasswordError::Hashing(failed())), Kind::Internal, "internal_error"),
        (Box::new(DeleteAccountError::Superuser), Kind::Forbidden, "superuser_deletes_self"),
        (Box::new(DeleteAccountError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(LogInError::Incorrect), Kind::Invalid, "incorrect_credentials"),
        (Box::new(LogInError::Inactive), Kind::Invalid, "inactive_user"),
        (Box::new(LogInError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(LogInError::Hashing(HashingError::Busy)), Kind::Unavailable, "busy"),
        (Box::new(LogInError::Limit(throttled())), Kind::Throttled(THROTTLE), "too_many_attempts"),
        (Box::new(LimitError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(weak()), Kind::InvalidField("new_password"), "weak_password"),
        (Box::new(RefreshError::InvalidToken), Kind::Unauthenticated, "invalid_refresh_token"),
        (Box::new(RefreshError::Limit(throttled())), Kind::Throttled(THROTTLE), "too_many_attempts"),
        (Box::new(RefreshError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(SessionsError::Denied(denied)), Kind::Denied(denied), "not_enough_privileges"),
        (Box::new(SessionsError::UserNotFound), Kind::NotFound, "user_not_found"),
        (Box::new(SessionsError::NotFound), Kind::NotFound, "session_not_found"),
        (Box::new(SessionsError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(AuditError::Denied(denied)), Kind::Denied(denied), "not_enough_privileges"),
        (Box::new(AuditError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(ExportError::NotFound), Kind::NotFound, "user_not_found"),
        (Box::new(ExportError::Limit(throttled())), Kind::Throttled(THROTTLE), "too_many_attempts"),
        (Box::new(ExportError::Store(broken())), Kind::Internal, "internal_error"),
        (Box::new(AuthenticateError::InvalidToken), Kind::Unauthenticated, "invalid_token"),
        (Box::new(AuthenticateError::UserNotFound), Kind::NotFound, "user_not_found"),
        (Box::new(AuthenticateError::Inactive), Kind::Invalid, "inactive_user"),
        (Box::new(AuthenticateError::Store(broken())), Kind::Internal, "internal_error"),
        (Box::new(ResetPasswordError::InvalidToken), Kind::Invalid, "invalid_token"),
        (Box::new(ResetPasswordError::Inactive), Kind::Invalid, "inactive_user"),
        (Box::new(ResetPasswordError::Store(away())), Kind::Unavailable, "unavailable"),
        (
            Box::new(ResetPasswordError::Password(NewPasswordError::Hashing(HashingError::Busy))),
            Kind::Unavailable,
            "busy",
        ),
        (Box::new(PreviewError::Denied(denied)), Kind::Denied(denied), "not_enough_privileges"),
        (Box::new(PreviewError::NotFound), Kind::NotFound, "user_not_found"),
        (Box::new(PreviewError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(PreviewError::Render(unrendered())), Kind::Internal, "internal_error"),
        (Box::new(RequestVerificationError::MailOff), Kind::Conflict, "mail_off"),
        (Box::new(RequestVerificationError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(VerifyEmailError::InvalidToken), Kind::Invalid, "invalid_token"),
        (Box::new(VerifyEmailError::Inactive), Kind::Invalid, "inactive_user"),
        (Box::new(VerifyEmailError::PasswordRequired), Kind::Invalid, "password_required"),
        (Box::new(VerifyEmailError::SessionRequired), Kind::Invalid, "session_required"),
        (Box::new(VerifyEmailError::EmailTaken), Kind::Conflict, "email_taken"),
        (Box::new(VerifyEmailError::Store(broken())), Kind::Internal, "internal_error"),
        (Box::new(VerifyEmailError::Password(NewPasswordError::Hashing(failed()))), Kind::Internal, "internal_error"),
        (Box::new(SendTestMailError::Denied(denied)), Kind::Denied(denied), "not_enough_privileges"),
        (Box::new(SendTestMailError::MailOff), Kind::Conflict, "mail_off"),
        (Box::new(CreateUserError::PasswordRequired), Kind::Invalid, "password_required"),
        (Box::new(SendTestMailError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(CreateUserError::Denied(denied)), Kind::Denied(denied), "not_enough_privileges"),
        (Box::new(CreateUserError::EmailTaken), Kind::Invalid, "email_taken"),
        (Box::new(CreateUserError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(CreateUserError::Password(NewPasswordError::Hashing(failed()))), Kind::Internal, "internal_error"),
        (Box::new(ListUsersError::Denied(denied)), Kind::Denied(denied), "not_enough_privileges"),
        (Box::new(ListUsersError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(ReadUserError::Denied(denied)), Kind::Denied(denied), "not_enough_privileges"),
        (Box::new(ReadUserError::NotFound), Kind::NotFound, "user_not_found"),
        (Box::new(ReadUserError::Store(broken())), Kind::Internal, "internal_error"),
        (Box::new(UpdateUserError::Denied(denied)), Kind::Denied(denied), "not_enough_privileges"),
        (Box::new(UpdateUserError::NotFound), Kind::NotFound, "user_not_found"),
        (Box::new(UpdateUserError::EmailTaken), Kind::Conflict, "email_taken"),
        (Box::new(UpdateUserError::LastSuperuser), Kind::Conflict, "last_superuser"),
        (Box::new(UpdateUserError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(UpdateUserError::Password(NewPasswordError::Hashing(HashingError::Busy))), Kind::Unavailable, "busy"),
        (Box::new(DeleteUserError::Denied(denied)), Kind::Denied(denied), "not_enough_privileges"),
        (Box::new(DeleteUserError::NotFound), Kind::NotFound, "user_not_found"),
        (Box::new(DeleteUserError::Oneself), Kind::Forbidden, "superuser_deletes_self"),
        (Box::new(DeleteUserError::LastSuperuser), Kind::Conflict, "last_superuser"),
        (Box::new(DeleteUserError::Store(broken())), Kind::Internal, "internal_error"),
        (Box::new(SignUpError::Limit(throttled())), Kind::Throttled(THROTTLE), "too_many_attempts"),
        (Box::new(ChangePasswordError::SessionOver), Kind::Unauthenticated, "invalid_token"),
        (Box::new(ChangePasswordError::Password(weak())), Kind::InvalidField("new_password"), "weak_password"),
        (Box::new(ChangePasswordError::Limit(throttled())), Kind::Throttled(THROTTLE), "too_many_attempts"),
        (Box::new(ConfirmPasswordError::Incorrect), Kind::Invalid, "incorrect_password"),
        (Box::new(ConfirmPasswordError::Hashing(HashingError::Busy)), Kind::Unavailable, "busy"),
        (Box::new(ConfirmPasswordError::Limit(throttled())), Kind::Throttled(THROTTLE), "too_many_attempts"),
        (Box::new(DeleteAccountError::SessionOver), Kind::Unauthenticated, "invalid_token"),
        (Box::new(AuthenticateError::TwoAccounts), Kind::Unauthenticated, "not_authenticated"),
        (Box::new(ResetPasswordError::Limit(throttled())), Kind::Throttled(THROTTLE), "too_many_attempts"),
        (Box::new(RequestVerificationError::Limit(throttled())), Kind::Throttled(THROTTLE), "too_many_attempts"),
        (Box::new(VerifyEmailError::Limit(throttled())), Kind::Throttled(THROTTLE), "too_many_attempts"),
        (Box::new(OverseeError::Denied(denied)), Kind::Denied(denied), "not_enough_privileges"),
        (Box::new(OverseeError::NotFound), Kind::NotFound, "message_not_found"),
        (Box::new(OverseeError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(OverviewError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(SystemError::Denied(denied)), Kind::Denied(denied), "not_enough_privileges"),
        (Box::new(SystemError::Store(broken())), Kind::Internal, "internal_error"),
        (Box::new(CreateItemError::TooMany(1)), Kind::Conflict, "too_many_items"),
        (Box::new(CreateItemError::OwnerGone), Kind::NotFound, "user_not_found"),
        (Box::new(CreateItemError::Store(away())), Kind::Unavailable, "unavailable"),
        (Box::new(ItemError::NotFound(Missing)), Kind::NotFound, "item_not_found"),
        (Box::new(ItemError::Denied(denied)), Kind::Denied(denied), "not_enough_permissions"),
        (Box::new(ItemError::Store(away())), Kind::Unavailable, "unavailable"),
    ]
}

#[tokio::test]
async fn every_error_has_its_kind_and_code() {
    for (error, kind, code) in table(denied().await) {
        let class = error.class();
        assert_eq!((class.kind, class.code), (kind, code), "{error:?}");
        assert!(!error.to_string().contains("the reason"), "{error}: its cause is for the log alone");
    }
}

/// `CreateItemError::TooMany` and all the others, of what begins with `CreateItemError:` and a line for each.
fn variants(declared: &str) -> Vec<String> {
    let (error, lines) = declared.split_once(":\n").unwrap();
    let lines = lines.lines().take_while(|line| *line != "}").filter_map(|line| line.strip_prefix("    "));
    let variants = lines.filter(|line| line.starts_with(char::is_uppercase));
    variants.map(|line| format!("{error}::{}", line.split([' ', '(']).next().unwrap())).collect()
}

#[test]
fn no_error_is_left_out() {
    let (table, sources) = (include_str!("faults.rs"), crate::sources());
    let declared = sources.values().flat_map(|text| text.split("\nfaults! { ").skip(1));
    let is_there = |variant: &String| {
        // As a whole word: `ItemError::Denied` is in `CreateItemError::Denied`.
        table.match_indices(&**variant).any(|(at, _)| !table[..at].ends_with(char::is_alphanumeric))
    };
    let missing: Vec<String> = declared.flat_map(variants).filter(|variant| !is_there(variant)).collect();
    assert!(missing.is_empty(), "say in the table of faults.rs what sort of error each is, and its code: {missing:?}");
}

/// A violation that a use case does not expect stays what it is: a fault of ours.
#[test]
fn only_the_expected_conflict_becomes_a_refusal() {
    let email = || StoreError::Conflict(Constraint::UserEmail);
    assert!(matches!(SignUpError::from(email()), SignUpError::EmailTaken));
    assert!(matches!(SignUpError::from(odd()), SignUpError::Store(_)));
    assert!(matches!(ChangeProfileError::from(email()), ChangeProfileError::EmailTaken));
    assert!(matches!(ChangeProfileError::from(odd()), ChangeProfileError::Store(_)));
    assert!(matches!(VerifyEmailError::from(email()), VerifyEmailError::EmailTaken));
    assert!(matches!(VerifyEmailError::from(odd()), VerifyEmailError::Store(_)));
    assert!(matches!(CreateUserError::from(email()), CreateUserError::EmailTaken));
    assert!(matches!(CreateUserError::from(odd()), CreateUserError::Store(_)));
    assert!(matches!(UpdateUserError::from(email()), UpdateUserError::EmailTaken));
    assert!(matches!(UpdateUserError::from(odd()), UpdateUserError::Store(_)));
    assert!(matches!(CreateItemError::from(StoreError::Conflict(Constraint::ItemOwner)), CreateItemError::OwnerGone));
    assert!(matches!(CreateItemError::from(email()), CreateItemError::Store(_)));
}
