//! Mailed links: asking for them, and following them.

use ironplate_application::{recovery::ResetPassword, verification::VerifyEmail};
use ironplate_domain::{Password, TokenSecret};

use crate::input::{Nullable, Required, SomeAddress, json_body};

json_body! {
    /// Whose password is forgotten.
    PasswordRecovery -> SomeAddress {
        /// Any text; what is no address is nobody's.
        email: Required<SomeAddress>,
    }
    example {"email": "ann@example.com"}
    => email
}

json_body! {
    /// The token of a mailed link, and the password to set.
    NewPassword -> ResetPassword {
        token: Required<TokenSecret>,
        new_password: Required<Password>,
    }
    example {"token": "JSq1Jk0s3mC2d0nOQXqkq0VUEV4i0cQ0vkMv1m5T1xw", "new_password": "staple battery horse"}
    => ResetPassword { token, new_password }
}

json_body! {
    /// The token of a mailed link, and the password of an account that has none yet.
    EmailProof -> VerifyEmail {
        token: Required<TokenSecret>,
        /// Needed when the link finishes a sign-up or an invitation; else it is ignored.
        new_password: Nullable<Password>,
    }
    example {"token": "JSq1Jk0s3mC2d0nOQXqkq0VUEV4i0cQ0vkMv1m5T1xw"}
    => VerifyEmail { token, new_password: new_password.flatten() }
}
