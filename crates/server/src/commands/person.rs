//! Whose account is meant.

use ironplate_application::ports::{Store, StoreError};
use ironplate_domain::{Email, UserId};

use crate::{cli::Person, failure::Failure};

/// The id that this person has; one that is given as such is not looked up.
pub(super) async fn id_of(person: &Person, store: &dyn Store) -> Result<UserId, Failure> {
    let address: &Email = match person {
        Person::Id(id) => return Ok(*id),
        Person::Address(address) => address,
    };
    let find = async { store.read().await?.users().find_by_email(address).await };
    let user =
        find.await.map_err(|error: StoreError| Failure::because("The account could not be looked up", &error))?;
    let nobody = || Failure(format!("No account has the address {address}."));
    Ok(user.ok_or_else(nobody)?.id)
}
