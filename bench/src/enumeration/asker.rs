//! Who asks, and what about.

use ironplate_tests::Authenticator;
use serde::Deserialize;

use super::questions::About;
use crate::{Outcome, http::Connection, requests, subject::Binaries};

const ADDRESSES: [&str; 3] = ["known@example.com", "inactive@example.com", "nobody@example.com"];

/// Whoever has a second factor.
const SECURED: &str = "secured@example.com";

/// That no organisation has.
const NO_ORGANIZATION: &str = "0192d3c4-7e5a-7b1c-8d2e-3f4a5b6c7d8e";

pub(super) struct Asker {
    /// Whose organisation it is, by their token, and one who has no part in it.
    pub(super) owner: String,
    pub(super) stranger: String,
    pub(super) organization: String,
    deleted: String,
}

#[derive(Deserialize)]
struct Made {
    id: String,
}

#[derive(Deserialize)]
struct BegunApp {
    id: String,
    secret: String,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

impl Asker {
    /// Makes the accounts, unless an earlier run did, and deactivates one; and two organisations, of which the first has this name,
    /// and deletes the other.
    pub(super) async fn prepare(connection: &mut Connection, name: &str) -> Outcome<Self> {
        let owner = log_in(connection, Binaries::SUPERUSER).await?;
        for email in ["stranger@example.com", SECURED].into_iter().chain(ADDRESSES.into_iter().take(2)) {
            let made = connection.exchange_json::<Made>(&requests::make_user(email, &owner)).await;
            let Ok(user) = made else { continue };
            if email.starts_with("inactive") {
                connection.exchange(&requests::deactivate(&user.id, &owner)).await?;
            }
            if email == SECURED {
                add_app(connection).await?;
            }
        }
        let stranger = log_in(connection, "stranger@example.com").await?;
        let organization: Made = connection.exchange_json(&requests::create_organization(name, &owner)).await?;
        let deleted: Made = connection.exchange_json(&requests::create_organization("Gone", &owner)).await?;
        connection.exchange(&requests::delete_organization(&deleted.id, "Gone", &owner)).await?;
        Ok(Self { owner, stranger, organization: organization.id, deleted: deleted.id })
    }

    /// One that is there, one that no longer is or is of no use, and one that never was; and that last one of this round.
    pub(super) fn about(&self, about: &About, round: usize) -> [String; 3] {
        match about {
            About::Address => ADDRESSES.map(ToOwned::to_owned),
            About::SecondFactor => {
                let [known, _, unknown] = ADDRESSES;
                [SECURED, known, unknown].map(ToOwned::to_owned)
            }
            About::NewAddress => {
                let [known, inactive, _] = ADDRESSES;
                [known.to_owned(), inactive.to_owned(), format!("nobody{round}@example.com")]
            }
            About::Organization => [self.organization.clone(), self.deleted.clone(), NO_ORGANIZATION.to_owned()],
        }
    }

    pub(super) fn invite(&self, email: &str) -> Vec<u8> {
        requests::invite(&self.organization, email, &self.owner)
    }
}

/// An authenticator app whose codes are asked for.
async fn add_app(connection: &mut Connection) -> Outcome<()> {
    let token = log_in(connection, SECURED).await?;
    let app: BegunApp = connection.exchange_json(&requests::begin_app(&token)).await?;
    let code = Authenticator::of(&app.id, &app.secret).code().await;
    connection.exchange(&requests::confirm_app(&app.id, &code, &token)).await?;
    Ok(())
}

async fn log_in(connection: &mut Connection, email: &str) -> Outcome<String> {
    let token: Token = connection.exchange_json(&requests::log_in(email)).await?;
    Ok(token.access_token)
}
