//! Organisations: one's own, and what their members do with them.

mod audit;
mod delete;
mod invitations;
mod invite;
mod leave;
mod list;
mod members;
mod new;
pub(super) mod received;
mod remove;
mod role;
mod settings;
mod switch;
mod transfer;

pub(crate) use self::delete::Deletion;

use actix_web::web::Path;
use ironplate_application::ports::Member;
use ironplate_domain::{Action, Organization, OrganizationId, OrganizationName, Resource, Slug, UserId};
use ironplate_web::Address;
use serde::Serialize;

use crate::{
    crud::{Field, form},
    fault::PageError,
    request::{
        ORGANIZATION, RequestContext, SessionUser, bounded_texts,
        resource::{action, form, id_of, page},
    },
    resources::ORGANIZATIONS,
    shell::{PageResult, Redirect, at_hand},
    words,
};

pub(crate) fn addresses() -> Vec<Address> {
    let of_one = |path: &str| format!("/organizations/{{{ORGANIZATION}}}{path}");
    vec![
        page("/organizations", list::show),
        form("/organizations/new", new::show, new::create),
        form("/organizations/switch", switch::show, switch::choose),
        action("/invitations/{invitation}/accept", received::take),
        action("/invitations/{invitation}/decline", received::refuse),
        page(&of_one(""), first),
        page(&of_one("/members"), members::show),
        form(&of_one("/members/{user}/role"), role::ask, role::change),
        form(&of_one("/members/{user}/remove"), remove::ask, remove::remove),
        form(&of_one("/invitations"), invite::show, invite::invite),
        action(&of_one("/invitations/{invitation}/resend"), invitations::resend),
        action(&of_one("/invitations/{invitation}/revoke"), invitations::revoke),
        page(&of_one("/audit"), audit::show),
        form(&of_one("/settings"), settings::show, settings::save),
        form(&of_one("/leave"), leave::ask, leave::leave),
        page(&of_one("/transfer"), transfer::show),
        form(&of_one("/transfer/{user}"), transfer::ask, transfer::transfer),
        form(&of_one("/delete"), delete::ask, delete::delete),
    ]
}

async fn first(user: SessionUser, id: Path<String>) -> PageResult {
    let organization = find(&user, &id).await?;
    Ok(Redirect::to(&address(organization.id, "/members")).answer())
}

/// A page of this organisation.
fn address(id: OrganizationId, page: &str) -> String {
    format!("{}/{id}{page}", ORGANIZATIONS.url)
}

/// The way into an organisation that is new to the reader: it is at hand from here on.
pub(super) fn enter(context: &RequestContext, id: OrganizationId) -> Redirect {
    let lasts = context.policy().sessions.spans.absolute;
    Redirect::to(&address(id, "/members")).cookie(Some(at_hand::choose(Some(id), lasts)))
}

/// Which form it is.
enum OrganizationFormKind {
    New,
    Settings,
    /// The same, of whoever says what it asks of its members.
    OwnersSettings,
}

form! {
    /// What an organisation is called.
    OrganizationForm of Organization, on kind: OrganizationFormKind {
        name: OrganizationName = Field::new("Name").limited(),
        slug: Option<Slug> = match kind {
            OrganizationFormKind::New => {
                Field::new("Slug").hint("A short name that no other organisation has. Left empty, it is made of the name.")
            }
            _ => Field::new("Slug").needed().hint("A short name that no other organisation has."),
        },
        requires_second_factor: bool = match kind {
            OrganizationFormKind::OwnersSettings => Some(
                Field::new("Members need a second factor")
                    .hint("Such as an authenticator app. Whoever has none can’t use the organisation, and is told by mail."),
            ),
            OrganizationFormKind::New | OrganizationFormKind::Settings => None,
        },
    }
}
bounded_texts!(OrganizationName);

/// An organisation, as its pages show it.
#[derive(Serialize)]
struct OrganizationView {
    name: String,
    slug: String,
    url: String,
    may_change: bool,
    may_delete: bool,
    /// Its log.
    may_audit: bool,
}

impl OrganizationView {
    fn to(user: &SessionUser, organization: &Organization) -> Self {
        let may = |action| user.may(action, Resource::Organization(organization.id));
        Self {
            name: organization.name.to_string(),
            slug: organization.slug.to_string(),
            url: address(organization.id, ""),
            may_change: may(Action::Update),
            may_delete: may(Action::Delete),
            may_audit: user.may(Action::List, Resource::AuditOf(organization.id.into())),
        }
    }
}

/// The organisation of this id.
async fn find(user: &SessionUser, id: &str) -> Result<Organization, PageError> {
    user.organization(id).await
}

/// One of its members.
async fn find_member(user: &SessionUser, ids: &(String, String)) -> Result<(Organization, Member), PageError> {
    let organization = find(user, &ids.0).await?;
    let (of, id) = (organization.id, id_of(&ids.1, UserId)?);
    let member = user
        .act(|app, actor, client| async move { app.organizations.read_member(actor, of, id, &client).await })
        .await?;
    Ok((organization, member))
}

/// Whoever may not do this is told so before they are told what would be wrong with how.
async fn check(user: &SessionUser, action: Action, resource: Resource) -> Result<(), PageError> {
    user.act(|app, actor, client| async move { app.core.permit_in(actor, action, resource, &client).await }).await
}

/// What a member is called.
fn called(member: &Member) -> &str {
    words::full_name(member.full_name.as_ref()).unwrap_or(member.email.as_str())
}
