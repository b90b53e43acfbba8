//! Rows of `one_time_tokens`.

use diesel::{deserialize, prelude::*};
use ironplate_domain::{Email, OneTimeToken, TokenDigest, TokenPurpose, UserId};

use crate::{
    schema::one_time_tokens,
    types::{Id, Moment},
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = one_time_tokens)]
pub(crate) struct OneTimeTokenRow {
    digest: Vec<u8>,
    user_id: Id,
    purpose: String,
    email: String,
    email_canonical: String,
    created_at: Moment,
    expires_at: Moment,
}

impl OneTimeTokenRow {
    /// Fails for what this version never writes.
    pub(crate) fn into_token(self) -> deserialize::Result<OneTimeToken> {
        let digest = self.digest.try_into().map_err(|_| "the digest does not have 32 bytes")?;
        let purpose = TokenPurpose::from_name(&self.purpose).ok_or("the purpose is unknown")?;
        Ok(OneTimeToken {
            digest: TokenDigest(digest),
            user: UserId(self.user_id.0),
            purpose,
            email: Email::from_stored(self.email, self.email_canonical),
            created_at: self.created_at.0,
            expires_at: self.expires_at.0,
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = one_time_tokens)]
pub(crate) struct NewOneTimeTokenRow<'a> {
    digest: &'a [u8],
    user_id: Id,
    purpose: &'static str,
    email: &'a str,
    email_canonical: &'a str,
    created_at: Moment,
    expires_at: Moment,
}

impl<'a> From<&'a OneTimeToken> for NewOneTimeTokenRow<'a> {
    fn from(token: &'a OneTimeToken) -> Self {
        Self {
            digest: &token.digest.0,
            user_id: Id(token.user.0),
            purpose: token.purpose.name(),
            email: token.email.as_str(),
            email_canonical: token.email.canonical(),
            created_at: Moment(token.created_at),
            expires_at: Moment(token.expires_at),
        }
    }
}
