//! Whose things a page is of: as its form or its address says, or else what is at hand.
#![allow(dead_code, reason = "what of it is used depends on which resources there are")]

use actix_web::{HttpMessage, HttpRequest};
use ironplate_domain::{Organization, OrganizationId, Owner, Owners};

use super::{Fields, SessionUser};
use crate::fault::PageError;

/// What addresses and forms call whose a page is.
pub(crate) const OWNER: &str = "owner";

/// What is one's own; an organisation is named by its id.
pub(crate) const MINE: &str = "mine";

const EVERYBODYS: &str = "everybody";

/// Whose things a page is of.
pub(crate) enum Scope {
    Own,
    Of(Organization),
    Everybodys,
}

impl Scope {
    /// As an address or a form names it, or else what is at hand.
    ///
    /// # Errors
    /// There is no such organisation, or the reader is not in it: which of them, nobody is told.
    pub(crate) async fn named(user: &SessionUser, name: &str) -> Result<Self, PageError> {
        Ok(match name {
            "" => user.at.as_deref().map_or(Self::Own, |at| Self::Of(at.organization.clone())),
            MINE => Self::Own,
            EVERYBODYS => Self::Everybodys,
            id => Self::Of(user.organization(id).await?),
        })
    }

    /// The same where only these own any. Of what is at hand and owns none, the page is not.
    ///
    /// # Errors
    /// The same; or the organisation owns none of them.
    pub(crate) async fn among(owners: Owners, user: &SessionUser, name: &str) -> Result<Self, PageError> {
        match Self::named(user, name).await? {
            Self::Of(_) if owners == Owners::Users && name.is_empty() => Ok(Self::Own),
            Self::Of(_) if owners == Owners::Users => Err(PageError::missing()),
            scope => Ok(scope),
        }
    }

    /// Whose; nobody's alone, where it is everybody's.
    pub(crate) fn owner(&self, user: &SessionUser) -> Option<Owner> {
        match self {
            Self::Own => Some(user.account.id.into()),
            Self::Of(organization) => Some(organization.id.into()),
            Self::Everybodys => None,
        }
    }

    /// What it is called, where it is not the reader's.
    pub(crate) fn name(&self) -> Option<&str> {
        match self {
            Self::Own => None,
            Self::Of(organization) => Some(organization.name.as_str()),
            Self::Everybodys => Some("Everybody’s"),
        }
    }
}

/// As addresses and forms name an owner, or everybody.
pub(crate) fn name_of(owner: Option<Owner>) -> String {
    match owner {
        Some(Owner::User(_)) => MINE.to_owned(),
        Some(Owner::Organization(id)) => id.to_string(),
        None => EVERYBODYS.to_owned(),
    }
}

/// The organisation that the form of a request names, or else its address.
pub(super) fn organization_named(request: &HttpRequest, query: &Fields) -> Option<OrganizationId> {
    let sent = request.extensions();
    let sent = sent.get::<Fields>().and_then(|fields| fields.find(OWNER));
    sent.unwrap_or_else(|| query.get(OWNER)).parse().ok().map(OrganizationId)
}
