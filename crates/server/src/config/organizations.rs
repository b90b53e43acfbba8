//! Who may make organisations, and how many.

use ironplate_application::{OrganizationCreation, OrganizationPolicy};

use super::reader::{Read, Reader};

pub(super) fn read(reader: &mut Reader<'_>) -> Read<OrganizationPolicy> {
    let creation = creation(reader);
    let most_per_user = reader.within("organizations.most_per_user", 1..=10_000);
    Ok(OrganizationPolicy { creation: creation?, most_per_user: most_per_user? })
}

fn creation(reader: &mut Reader<'_>) -> Read<OrganizationCreation> {
    let key = "organizations.creation";
    match reader.text(key)?.as_str() {
        "everyone" => Ok(OrganizationCreation::Everyone),
        "superusers" => Ok(OrganizationCreation::Superusers),
        "off" => Ok(OrganizationCreation::Off),
        other => Err(reader.refuse(key, &format!("{other:?} is nobody"), "everyone, superusers or off")),
    }
}
