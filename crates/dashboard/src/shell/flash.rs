//! What the next page says of what was just done.

use std::borrow::Cow;

use actix_web::{HttpRequest, http::header::HeaderValue};
use serde::Serialize;

use super::cookies::{self, CookieLifetime};
use crate::resources::{Deed, ResourceNames};

const NAME: &str = "flash";

macro_rules! flashes {
    ($($variant:ident = $name:literal, $kind:ident: $text:literal;)+) => {
        /// Something that was done, or was not. The cookie holds its name alone, so that nobody can make a page say
        /// what they like.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Flash {
            /// Something was done to one of these.
            Done(&'static ResourceNames, Deed),
            $($variant,)+
        }

        impl Flash {
            fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => {
                        let (noun, deed) = name.split_once('.')?;
                        Some(Self::Done(ResourceNames::of_noun(noun)?, Deed::from_name(deed)?))
                    }
                }
            }

            fn name(self) -> Cow<'static, str> {
                match self {
                    $(Self::$variant => $name.into(),)+
                    Self::Done(resource, deed) => format!("{}.{}", resource.noun, deed.name()).into(),
                }
            }

            fn view(self) -> FlashView {
                match self {
                    $(Self::$variant => FlashView { kind: FlashKind::$kind, text: $text.into() },)+
                    Self::Done(resource, deed) => FlashView {
                        kind: FlashKind::Success,
                        text: format!("The {} was {}.", resource.noun, deed.name()).into(),
                    },
                }
            }
        }
    };
}

flashes! {
    LoggedOut = "logged_out", Success: "You are logged out.";
    SignedUp = "signed_up", Success: "Welcome! Your account was created. We sent you a mail to confirm your address.";
    SignedUpSilently = "signed_up_silently", Success: "Welcome! Your account was created.";
    PasswordReset = "password_reset", Success: "Your password is set. Log in with it.";
    ProfileSaved = "profile_saved", Success: "Your profile was saved.";
    AddressToConfirm = "address_to_confirm", Success: "Your profile was saved. We sent a link to the new address.";
    AddressConfirmed = "address_confirmed", Success: "Your email address is confirmed.";
    NewAddressConfirmed = "new_address_confirmed", Success: "Your new email address is confirmed. Log in with it from now on.";
    LinkSent = "link_sent", Success: "We sent you a link to confirm your address.";
    AlreadyVerified = "already_verified", Success: "Your address is confirmed already.";
    PasswordChanged = "password_changed", Success: "Your password was changed. All other devices are logged out.";
    PasskeyAdded = "passkey_added", Success: "The passkey was added. You can log in with it from now on.";
    PasskeyRenamed = "passkey_renamed", Success: "The passkey has another name.";
    PasskeyRemoved = "passkey_removed", Success: "The passkey was removed.";
    AppAdded = "app_added", Success: "The app was added. You are asked for its codes from now on.";
    AppRenamed = "app_renamed", Success: "The app has another name.";
    AppRemoved = "app_removed", Success: "The app was removed.";
    DeviceDistrusted = "device_distrusted", Success: "The device is not trusted any more: it is asked for a second factor again. If it is still logged in, log it out below.";
    DevicesDistrusted = "devices_distrusted", Success: "No device is trusted any more: all are asked for a second factor again. Those that are still logged in are listed below.";
    SessionEnded = "session_ended", Success: "The device was logged out.";
    OtherSessionsEnded = "other_sessions_ended", Success: "All other devices were logged out.";
    ThemeKept = "theme_kept", Success: "This device keeps the theme.";
    AccountDeleted = "account_deleted", Success: "Your account was deleted.";
    UserInvited = "user_invited", Success: "The user was created, and the invitation is on its way.";
    UserActivated = "user_activated", Success: "The user is active.";
    UserDeactivated = "user_deactivated", Success: "The user is inactive, and logged out everywhere.";
    UserLoggedOut = "user_logged_out", Success: "The user is logged out everywhere.";
    SecondFactorsReset = "second_factors_reset", Success: "The second factors are gone, and the user is logged out everywhere.";
    MessageRetried = "message_retried", Success: "The mail is queued and due now.";
    MessageNotRetried = "message_not_retried", Error: "This mail can’t be sent again: it was sent, is being sent, or is gone.";
    DeadRetried = "dead_retried", Success: "All mail that was given up is queued again.";
    NoneDead = "none_dead", Success: "No mail is given up at the moment.";
    MessageDiscarded = "message_discarded", Success: "The mail was discarded.";
    Joined = "joined", Success: "You are a member now, and have the organisation at hand.";
    JoinedAndSignedUp = "joined_and_signed_up", Success: "Welcome! Your account was created, and you are a member of the organisation.";
    InvitationDeclined = "invitation_declined", Success: "You declined the invitation.";
    InvitationsSent = "invitations_sent", Success: "The invitations are on their way.";
    InvitationResent = "invitation_resent", Success: "The invitation is on its way again. Its older links work no longer.";
    InvitationRevoked = "invitation_revoked", Success: "The invitation was taken back. Its link works no longer.";
    MemberRemoved = "member_removed", Success: "The member was removed.";
    RoleChanged = "role_changed", Success: "The role was changed.";
    OrganizationLeft = "organization_left", Success: "You left the organisation.";
    OwnershipMoved = "ownership_moved", Success: "The organisation has a new owner.";
    TestMailSent = "test_mail_sent", Success: "The test mail is on its way. The outbox tells whether it could be sent.";
}

/// As templates take it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FlashView {
    kind: FlashKind,
    text: Cow<'static, str>,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum FlashKind {
    Success,
    Error,
}

impl Serialize for Flash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.view().serialize(serializer)
    }
}

impl Flash {
    /// What the page before left to be said.
    pub(crate) fn of(request: &HttpRequest) -> Option<Self> {
        cookies::cookies(request, NAME).find_map(Self::from_name)
    }

    /// The `Set-Cookie` that has the next page say it.
    pub(crate) fn leave(self) -> HeaderValue {
        cookies::set_cookie(NAME, &self.name(), CookieLifetime::ForAMoment)
    }

    /// The `Set-Cookie` after it was said.
    pub(crate) fn take() -> HeaderValue {
        cookies::set_cookie(NAME, "", CookieLifetime::NoLonger)
    }
}
