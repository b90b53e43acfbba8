//! The pages of those who administer. Who that is, the use cases say.

mod audit;
mod limits;
mod organizations;
mod outbox;
mod settings;
mod system;
mod users;

use ironplate_web::Address;

pub(crate) fn addresses() -> Vec<Address> {
    let mut all = organizations::addresses();
    all.extend(users::addresses());
    all.extend(audit::addresses());
    all.extend(outbox::addresses());
    all.extend(system::addresses());
    all
}
