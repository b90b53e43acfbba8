//! The pages, by subject.

mod admin;
mod audit_log;
pub(crate) mod entry;
mod events;
mod figure;
mod home;
mod items;
mod organizations;
pub(crate) mod settings;

use ironplate_web::Address;

pub(crate) fn addresses() -> Vec<Address> {
    let mut all = entry::addresses();
    all.extend(home::addresses());
    all.extend(items::addresses());
    all.extend(organizations::addresses());
    all.extend(settings::addresses());
    all.extend(admin::addresses());
    all
}
