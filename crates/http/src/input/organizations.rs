//! What the query says of organisations and their members.
#![allow(dead_code, reason = "what of it is used depends on which resources there are")]

use actix_web::HttpRequest;
use ironplate_application::organizations::SoleOwned;
use ironplate_domain::{OrganizationId, Role};
use serde_json::Value;
use utoipa::openapi::{ObjectBuilder, Type};

use super::{FieldValue, Input, PathId, Source, identifier::path_uuid, named, paging::literal};
use crate::{
    description::Description,
    problem::{Refused, ValueFault},
};

/// Only what is this organisation's, if one is named.
pub(crate) struct OfOrganization(pub(crate) Option<OrganizationId>);

/// Only members of this role, if one is named.
pub(crate) struct OfRole(pub(crate) Option<Role>);

/// The name of what is to be deleted, typed by whoever means it. Any text will do: it is only compared.
pub(crate) struct TypedName(pub(crate) Option<String>);

/// `with_organizations`.
pub(crate) struct WithOrganizations(pub(crate) SoleOwned);

/// The organisation that a request names: in its path, or else in its query, of which the last one counts. What is no id is none;
/// that it is none is told with the other faults.
pub(super) fn organization_at_hand(request: &HttpRequest) -> Option<OrganizationId> {
    let in_path = request.match_info().get(OrganizationId::NAME).and_then(|id| path_uuid(id).ok());
    let in_query = || {
        let query = form_urlencoded::parse(request.query_string().as_bytes());
        let named = query.filter(|(key, _)| key == OrganizationId::NAME).last();
        named.and_then(|(_, id)| path_uuid(&id).ok())
    };
    in_path.or_else(in_query).map(OrganizationId)
}

impl Input for OfOrganization {
    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        let named =
            source.parameter(OrganizationId::NAME, |text| path_uuid(text).map_err(|reason| ValueFault::uuid(&reason)));
        Ok(Self(named?.map(OrganizationId)))
    }

    fn describe(description: &mut Description) {
        let means = "Only what is this organisation's; left out: one's own, or everybody's for a superuser.";
        description.parameter(OrganizationId::NAME, means, OrganizationId::schema());
    }
}

impl Input for OfRole {
    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        source.parameter("role", role).map(Self)
    }

    fn describe(description: &mut Description) {
        description.parameter("role", "Only members of this role.", Role::schema());
    }
}

impl Input for TypedName {
    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        source.parameter("name", |text| Ok(text.to_owned())).map(Self)
    }

    fn describe(description: &mut Description) {
        let name = ObjectBuilder::new().schema_type(Type::String);
        description.parameter("name", "The name of what is deleted, to show that it is meant.", name);
    }
}

impl Input for WithOrganizations {
    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        let with = source.parameter("with_organizations", |text| bool::parse(&Value::from(text)))?;
        Ok(Self(if with == Some(true) { SoleOwned::Delete } else { SoleOwned::Keep }))
    }

    fn describe(description: &mut Description) {
        let with = bool::schema().default(Some(false.into()));
        let means = "Also delete the organisations that nobody else owns; else they stand in the way.";
        description.parameter("with_organizations", means, with);
    }
}

named!(Role);

fn role(text: &str) -> Result<Role, ValueFault> {
    literal(text, &Role::ALL, |role| role.name())
}
