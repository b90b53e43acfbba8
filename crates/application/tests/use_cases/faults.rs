//! What sort of error each is, and its name for machines.

use std::{collections::BTreeSet, time::Duration};

use ironplate_application::{
    Denied, Fault, Kind, NewPasswordError, Unproved,
    accounts::{ChangePasswordError, ChangeProfileError, DeleteAccountError, ExportError, SignUpError},
    audit::AuditError,
    limits::{LimitError, Throttle},
    organizations::SoleOwnership,
    outbox::{OverseeError, SendTestMailError},
    overview::OverviewError,
    ports::{Constraint, HashingError, RenderError, StoreError, Weakness},
    recovery::{PreviewError, ResetPasswordError},
    sessions::{
        AuthenticateError, ConfirmSessionError, LogInError, PendingLogIn, RefreshError, RemoveTrustedDeviceError,
        SessionsError,
    },
    system::SystemError,
    users::{CreateUserError, DeleteUserError, ListUsersError, ReadUserError, UpdateUserError},
    verification::{RequestVerificationError, VerifyEmailError},
};
use ironplate_domain::{Challenge, TokenSecret};
use ironplate_testkit::{World, samples::client};

use crate::{blocks, sources, tests};

/// An error, made of a denial if it is one; its kind, and its code.
pub(crate) type Row = fn(Denied) -> (Box<dyn Fault>, Kind, &'static str);

/// Says of errors what sort each is, and its code: a test of the file that it is in.
macro_rules! errors {
    (|$denied:ident| $($error:expr => $kind:expr, $code:literal;)+) => {
        #[tokio::test]
        async fn every_error_has_its_kind_and_code() {
            let rows: &[crate::faults::Row] = &[$(|$denied| {
                _ = $denied;
                (Box::new($error), $kind, $code)
            }),+];
            crate::faults::assert_classes(rows).await;
        }
    };
}
pub(crate) use errors;

pub(crate) async fn assert_classes(rows: &[Row]) {
    let world = World::new().with_user("ann@example.com").await;
    let denied =
        world.application().core.refuse(world.actor("ann@example.com"), "read", "users", None, &client()).await;
    for row in rows {
        let (error, kind, code) = row(denied);
        let class = error.class();
        assert_eq!((class.kind, class.code), (kind, code), "{error:?}");
        let is_told_by_forms = matches!(kind, Kind::Invalid | Kind::InvalidField(_) | Kind::Conflict);
        assert!(
            !is_told_by_forms || class.fields.is_some(),
            "{error:?}: say in faults! at which field forms tell it: `.about(&[\"name\"])`, or `.about_no_field()`"
        );
        assert!(!error.to_string().contains("the reason"), "{error}: its cause is for the log alone");
    }
}

fn away() -> StoreError {
    StoreError::Unavailable("the reason".into())
}

fn broken() -> StoreError {
    StoreError::Internal("the reason".into())
}

/// A violation that no use case here expects stays what it is: a fault of ours.
const ODD: Constraint = Constraint::SessionUser;

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

fn pending() -> PendingLogIn {
    let challenge = TokenSecret::new("the reason");
    let (methods, expires_in, at) = (Vec::new(), Challenge::WAITS, "/log-in".to_owned());
    PendingLogIn { challenge, methods, passkey: None, expires_in, trust_for: None, at }
}

fn weak() -> NewPasswordError {
    NewPasswordError::Weak { field: "new_password", weakness: Weakness("It is weak.".into()) }
}

errors! { |denied|
    StoreError::Unavailable("the reason".into()) => Kind::Unavailable, "unavailable";
    StoreError::Internal("the reason".into()) => Kind::Internal, "internal_error";
    StoreError::Conflict(ODD) => Kind::Internal, "internal_error";
    HashingError::Busy => Kind::Unavailable, "busy";
    HashingError::Failed("the reason".into()) => Kind::Internal, "internal_error";
    SignUpError::Closed => Kind::Forbidden, "registration_closed";
    SignUpError::EmailTaken => Kind::Invalid, "email_taken";
    SignUpError::Store(away()) => Kind::Unavailable, "unavailable";
    SignUpError::Password(NewPasswordError::Hashing(HashingError::Busy)) => Kind::Unavailable, "busy";
    SignUpError::Limit(throttled()) => Kind::Throttled(THROTTLE), "too_many_attempts";
    SignUpError::from(StoreError::Conflict(Constraint::UserEmail)) => Kind::Invalid, "email_taken";
    SignUpError::from(StoreError::Conflict(ODD)) => Kind::Internal, "internal_error";
    ChangeProfileError::EmailTaken => Kind::Conflict, "email_taken";
    ChangeProfileError::Limit(throttled()) => Kind::Throttled(THROTTLE), "too_many_attempts";
    ChangeProfileError::Unproved(Unproved::SessionOver) => Kind::Unauthenticated, "invalid_token";
    ChangeProfileError::NotFound => Kind::NotFound, "user_not_found";
    ChangeProfileError::Store(broken()) => Kind::Internal, "internal_error";
    ChangeProfileError::from(StoreError::Conflict(Constraint::UserEmail)) => Kind::Conflict, "email_taken";
    ChangeProfileError::from(StoreError::Conflict(ODD)) => Kind::Internal, "internal_error";
    ChangePasswordError::Incorrect => Kind::Invalid, "incorrect_password";
    ChangePasswordError::Unchanged => Kind::Invalid, "password_unchanged";
    ChangePasswordError::Store(away()) => Kind::Unavailable, "unavailable";
    ChangePasswordError::Hashing(failed()) => Kind::Internal, "internal_error";
    ChangePasswordError::SessionOver => Kind::Unauthenticated, "invalid_token";
    ChangePasswordError::Password(weak()) => Kind::InvalidField("new_password"), "weak_password";
    ChangePasswordError::Limit(throttled()) => Kind::Throttled(THROTTLE), "too_many_attempts";
    DeleteAccountError::Superuser => Kind::Forbidden, "superuser_deletes_self";
    DeleteAccountError::SoleOwner(SoleOwnership(Vec::new())) => Kind::Conflict, "sole_owner";
    DeleteAccountError::Store(away()) => Kind::Unavailable, "unavailable";
    DeleteAccountError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    LogInError::Incorrect => Kind::Invalid, "incorrect_credentials";
    LogInError::Inactive => Kind::Invalid, "inactive_user";
    LogInError::SecondFactorRequired(pending()) => Kind::Forbidden, "second_factor_required";
    LogInError::InvalidChallenge => Kind::Invalid, "invalid_challenge";
    LogInError::IncorrectCode => Kind::Invalid, "incorrect_code";
    LogInError::IncorrectPasskey => Kind::Invalid, "incorrect_passkey";
    LogInError::NoPasskeys => Kind::Conflict, "passkeys_not_offered";
    LogInError::Store(away()) => Kind::Unavailable, "unavailable";
    LogInError::Hashing(HashingError::Busy) => Kind::Unavailable, "busy";
    LogInError::Limit(throttled()) => Kind::Throttled(THROTTLE), "too_many_attempts";
    LimitError::Throttled(THROTTLE) => Kind::Throttled(THROTTLE), "too_many_attempts";
    LimitError::Store(away()) => Kind::Unavailable, "unavailable";
    NewPasswordError::Weak { field: "new_password", weakness: Weakness("It is weak.".into()) } => Kind::InvalidField("new_password"), "weak_password";
    NewPasswordError::Hashing(HashingError::Busy) => Kind::Unavailable, "busy";
    RefreshError::InvalidToken => Kind::Unauthenticated, "invalid_refresh_token";
    RefreshError::Limit(throttled()) => Kind::Throttled(THROTTLE), "too_many_attempts";
    RefreshError::Store(away()) => Kind::Unavailable, "unavailable";
    SessionsError::Denied(denied) => Kind::Denied(denied), "not_enough_privileges";
    SessionsError::UserNotFound => Kind::NotFound, "user_not_found";
    SessionsError::NotFound => Kind::NotFound, "session_not_found";
    SessionsError::Store(away()) => Kind::Unavailable, "unavailable";
    RemoveTrustedDeviceError::NotFound => Kind::NotFound, "trusted_device_not_found";
    RemoveTrustedDeviceError::Store(away()) => Kind::Unavailable, "unavailable";
    ConfirmSessionError::Incorrect => Kind::Invalid, "incorrect_password";
    ConfirmSessionError::IncorrectCode => Kind::Invalid, "incorrect_code";
    ConfirmSessionError::IncorrectPasskey => Kind::Invalid, "incorrect_passkey";
    ConfirmSessionError::InvalidChallenge => Kind::Invalid, "invalid_challenge";
    ConfirmSessionError::NoPasskey => Kind::Conflict, "no_passkey";
    ConfirmSessionError::CodeRequired => Kind::Invalid, "second_factor_needed";
    ConfirmSessionError::SessionOver => Kind::Unauthenticated, "invalid_token";
    ConfirmSessionError::Limit(throttled()) => Kind::Throttled(THROTTLE), "too_many_attempts";
    ConfirmSessionError::Hashing(HashingError::Busy) => Kind::Unavailable, "busy";
    ConfirmSessionError::Store(away()) => Kind::Unavailable, "unavailable";
    AuditError::Denied(denied) => Kind::Denied(denied), "not_enough_privileges";
    AuditError::Store(away()) => Kind::Unavailable, "unavailable";
    ExportError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    ExportError::NotFound => Kind::NotFound, "user_not_found";
    ExportError::Limit(throttled()) => Kind::Throttled(THROTTLE), "too_many_attempts";
    ExportError::Store(broken()) => Kind::Internal, "internal_error";
    AuthenticateError::InvalidToken => Kind::Unauthenticated, "invalid_token";
    AuthenticateError::UserNotFound => Kind::NotFound, "user_not_found";
    AuthenticateError::Inactive => Kind::Invalid, "inactive_user";
    AuthenticateError::EnrolmentRequired("/security".to_owned()) => Kind::Forbidden, "second_factor_enrolment_required";
    AuthenticateError::Store(broken()) => Kind::Internal, "internal_error";
    AuthenticateError::TwoAccounts => Kind::Unauthenticated, "not_authenticated";
    ResetPasswordError::InvalidToken => Kind::Invalid, "invalid_token";
    ResetPasswordError::Inactive => Kind::Invalid, "inactive_user";
    ResetPasswordError::Store(away()) => Kind::Unavailable, "unavailable";
    ResetPasswordError::Password(NewPasswordError::Hashing(HashingError::Busy)) => Kind::Unavailable, "busy";
    ResetPasswordError::Limit(throttled()) => Kind::Throttled(THROTTLE), "too_many_attempts";
    PreviewError::Denied(denied) => Kind::Denied(denied), "not_enough_privileges";
    PreviewError::NotFound => Kind::NotFound, "user_not_found";
    PreviewError::Store(away()) => Kind::Unavailable, "unavailable";
    PreviewError::Render(unrendered()) => Kind::Internal, "internal_error";
    RequestVerificationError::MailOff => Kind::Conflict, "mail_off";
    RequestVerificationError::Store(away()) => Kind::Unavailable, "unavailable";
    RequestVerificationError::Limit(throttled()) => Kind::Throttled(THROTTLE), "too_many_attempts";
    VerifyEmailError::InvalidToken => Kind::Invalid, "invalid_token";
    VerifyEmailError::Inactive => Kind::Invalid, "inactive_user";
    VerifyEmailError::PasswordRequired => Kind::Invalid, "password_required";
    VerifyEmailError::SessionRequired => Kind::Invalid, "session_required";
    VerifyEmailError::EmailTaken => Kind::Conflict, "email_taken";
    VerifyEmailError::Store(broken()) => Kind::Internal, "internal_error";
    VerifyEmailError::Password(NewPasswordError::Hashing(failed())) => Kind::Internal, "internal_error";
    VerifyEmailError::Limit(throttled()) => Kind::Throttled(THROTTLE), "too_many_attempts";
    VerifyEmailError::from(StoreError::Conflict(Constraint::UserEmail)) => Kind::Conflict, "email_taken";
    VerifyEmailError::from(StoreError::Conflict(ODD)) => Kind::Internal, "internal_error";
    SendTestMailError::Denied(denied) => Kind::Denied(denied), "not_enough_privileges";
    SendTestMailError::MailOff => Kind::Conflict, "mail_off";
    SendTestMailError::Store(away()) => Kind::Unavailable, "unavailable";
    CreateUserError::PasswordRequired => Kind::Invalid, "password_required";
    CreateUserError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    CreateUserError::Denied(denied) => Kind::Denied(denied), "not_enough_privileges";
    CreateUserError::EmailTaken => Kind::Invalid, "email_taken";
    CreateUserError::Store(away()) => Kind::Unavailable, "unavailable";
    CreateUserError::Password(NewPasswordError::Hashing(failed())) => Kind::Internal, "internal_error";
    CreateUserError::from(StoreError::Conflict(Constraint::UserEmail)) => Kind::Invalid, "email_taken";
    CreateUserError::from(StoreError::Conflict(ODD)) => Kind::Internal, "internal_error";
    ListUsersError::Denied(denied) => Kind::Denied(denied), "not_enough_privileges";
    ListUsersError::Store(away()) => Kind::Unavailable, "unavailable";
    ReadUserError::Denied(denied) => Kind::Denied(denied), "not_enough_privileges";
    ReadUserError::NotFound => Kind::NotFound, "user_not_found";
    ReadUserError::Store(broken()) => Kind::Internal, "internal_error";
    UpdateUserError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    UpdateUserError::Denied(denied) => Kind::Denied(denied), "not_enough_privileges";
    UpdateUserError::NotFound => Kind::NotFound, "user_not_found";
    UpdateUserError::EmailTaken => Kind::Conflict, "email_taken";
    UpdateUserError::LastSuperuser => Kind::Conflict, "last_superuser";
    UpdateUserError::SoleOwner(SoleOwnership(Vec::new())) => Kind::Conflict, "sole_owner";
    UpdateUserError::Store(away()) => Kind::Unavailable, "unavailable";
    UpdateUserError::Password(NewPasswordError::Hashing(HashingError::Busy)) => Kind::Unavailable, "busy";
    UpdateUserError::from(StoreError::Conflict(Constraint::UserEmail)) => Kind::Conflict, "email_taken";
    UpdateUserError::from(StoreError::Conflict(ODD)) => Kind::Internal, "internal_error";
    DeleteUserError::Unproved(Unproved::NotRecent) => Kind::Forbidden, "recent_authentication_required";
    DeleteUserError::Denied(denied) => Kind::Denied(denied), "not_enough_privileges";
    DeleteUserError::NotFound => Kind::NotFound, "user_not_found";
    DeleteUserError::Oneself => Kind::Forbidden, "superuser_deletes_self";
    DeleteUserError::LastSuperuser => Kind::Conflict, "last_superuser";
    DeleteUserError::SoleOwner(SoleOwnership(Vec::new())) => Kind::Conflict, "sole_owner";
    DeleteUserError::Store(broken()) => Kind::Internal, "internal_error";
    OverseeError::Denied(denied) => Kind::Denied(denied), "not_enough_privileges";
    OverseeError::NotFound => Kind::NotFound, "message_not_found";
    OverseeError::Store(away()) => Kind::Unavailable, "unavailable";
    OverviewError::Store(away()) => Kind::Unavailable, "unavailable";
    SystemError::Denied(denied) => Kind::Denied(denied), "not_enough_privileges";
    SystemError::Store(broken()) => Kind::Internal, "internal_error";
}

/// The words that lines of a block begin with: `CreateItemError::TooMany`, or `TooMany` alone.
fn first_words(block: &str) -> impl Iterator<Item = &str> {
    let lines = block.lines().filter_map(|line| line.strip_prefix("    "));
    lines
        .filter(|line| line.starts_with(char::is_uppercase))
        .map(|line| line.split([' ', '(']).next().unwrap_or_default())
}

#[test]
fn no_error_is_left_out() {
    let (tests, sources) = (tests(), sources());
    let told: BTreeSet<&str> = blocks(&tests, "errors! {").flat_map(first_words).collect();
    let declared = blocks(&sources, "faults! {").flat_map(|block| {
        let (error, variants) = block.split_once(":\n").expect("a name");
        first_words(variants).map(move |variant| format!("{}::{variant}", error.trim()))
    });
    let missing: Vec<String> = declared.filter(|variant| !told.contains(&**variant)).collect();
    assert!(
        missing.is_empty(),
        "say in the `errors!` of a file of tests what sort of error each is, and its code: {missing:?}"
    );
}
