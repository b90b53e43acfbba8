//! Who may make organisations, how many, and how people come into them.

use ironplate_application::{OrganizationCreation, OrganizationPolicy};

use super::{
    accounts::HOURS_OF_A_YEAR,
    reader::{Read, Reader},
};

pub(super) fn read(reader: &mut Reader<'_>) -> Read<OrganizationPolicy> {
    let creation = creation(reader);
    let most_per_user = reader.within("organizations.most_per_user", 1..=10_000);
    let most_members = reader.within("organizations.most_members", 1..=1_000_000);
    let invitation_lifetime = reader.hours("organizations.invitation_hours", 1..=HOURS_OF_A_YEAR);
    Ok(OrganizationPolicy {
        creation: creation?,
        most_per_user: most_per_user?,
        most_members: most_members?,
        invitation_lifetime: invitation_lifetime?,
    })
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
