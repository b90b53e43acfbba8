//! Rows of `memberships`, alone and with what they join.

use diesel::prelude::*;
use ironplate_application::ports::{AtHand, BoxError, Member, MemberAddress, OwnOrganization};
use ironplate_domain::{Email, Membership, Organization, Role, UserId};

use super::{
    super::{organizations::Row as OrganizationRow, users::users},
    Row, memberships,
};
use crate::{stored::Stored, types::Id};

/// What a member may do, alone.
#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships)]
pub(super) struct RoleRow {
    role: String,
}

impl TryFrom<RoleRow> for Role {
    type Error = BoxError;

    fn try_from(row: RoleRow) -> Result<Self, BoxError> {
        Stored::restored(row.role)
    }
}

/// An organisation with what a member may do in it.
#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships)]
pub(in super::super) struct AtHandRow {
    role: String,
    #[diesel(embed)]
    organization: OrganizationRow,
}

impl AtHandRow {
    /// As a member has it who lacks a second factor, or has one.
    pub(in super::super) fn barred(self, lacks_second_factor: bool) -> Result<AtHand, BoxError> {
        let organization: Organization = self.organization.try_into()?;
        let is_barred = organization.requires_second_factor && lacks_second_factor;
        Ok(AtHand { organization, role: Stored::restored(self.role)?, is_barred })
    }
}

/// Whom mail goes to.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(super) struct AddressRow {
    id: Id,
    email: String,
    email_canonical: String,
}

impl From<AddressRow> for MemberAddress {
    fn from(AddressRow { id, email, email_canonical }: AddressRow) -> Self {
        Self { user: UserId(id.0), email: Email::from_stored(email, email_canonical) }
    }
}

/// Somebody, and whether they are a member.
#[derive(Queryable)]
pub(super) struct KnownRow {
    address: AddressRow,
    member: Option<Id>,
}

impl From<KnownRow> for Option<MemberAddress> {
    fn from(KnownRow { address, member }: KnownRow) -> Self {
        member.map(|_| address.into())
    }
}

/// What the others see of a member, but for the membership.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub(super) struct PersonRow {
    #[diesel(embed)]
    address: AddressRow,
    full_name: Option<String>,
    is_active: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships)]
pub(super) struct MemberRow {
    #[diesel(embed)]
    membership: Row,
    #[diesel(embed)]
    person: PersonRow,
}

impl TryFrom<MemberRow> for Member {
    type Error = BoxError;

    fn try_from(MemberRow { membership, person }: MemberRow) -> Result<Self, BoxError> {
        let Membership { role, created_at: joined_at, .. } = membership.try_into()?;
        let MemberAddress { user: id, email } = person.address.into();
        let full_name = Stored::restored(person.full_name)?;
        Ok(Self { id, email, full_name, is_active: person.is_active, role, joined_at })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships)]
pub(super) struct OwnRow {
    #[diesel(embed)]
    membership: Row,
    #[diesel(embed)]
    organization: OrganizationRow,
}

impl TryFrom<OwnRow> for OwnOrganization {
    type Error = BoxError;

    fn try_from(OwnRow { membership, organization }: OwnRow) -> Result<Self, BoxError> {
        let Membership { role, created_at: joined_at, .. } = membership.try_into()?;
        Ok(Self { organization: organization.try_into()?, role, joined_at })
    }
}
