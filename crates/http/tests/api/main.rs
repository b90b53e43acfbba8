//! The API over the fake store: the contract's tables, row by row.

#[cfg(test)]
mod api;
#[cfg(test)]
mod authentication;
#[cfg(test)]
mod checks;
#[cfg(test)]
mod cookies;
#[cfg(test)]
mod cors;
#[cfg(test)]
mod errors;
#[cfg(test)]
mod invitations;
#[cfg(test)]
mod items;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod mail;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod organizations;
#[cfg(test)]
mod passkeys;
#[cfg(test)]
mod recovery;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod request_ids;
#[cfg(test)]
mod routing;
#[cfg(test)]
mod signing_up;
#[cfg(test)]
mod trusted_devices;
#[cfg(test)]
mod users;
#[cfg(test)]
mod validation;
#[cfg(test)]
mod verification;
