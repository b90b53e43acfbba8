//! Everybody's organisations.

use actix_web::web::Path;
use ironplate_application::{
    organizations::OrganizationSize,
    ports::{Member, MemberOrder, OrganizationOrder, Page, PageRequest},
};
use ironplate_domain::{Action, Organization, Resource, Role};
use ironplate_web::Address;
use serde::Serialize;

use crate::{
    crud::{List, ROWS},
    fault::PageError,
    pages::{figure::Figure, organizations::Deletion},
    request::{
        Form, OWNER, PostedForm, SessionUser, address,
        resource::{form, page},
    },
    resources::{self, ALL_ORGANIZATIONS, ORGANIZATIONS},
    shell::PageResult,
    words::{self, When},
};

pub(super) fn addresses() -> Vec<Address> {
    vec![
        page("/all-organizations", list),
        page("/all-organizations/{id}", look),
        form("/all-organizations/{id}/delete", ask_to_delete, delete),
    ]
}

#[derive(Serialize)]
struct OrganizationSummary {
    id: String,
    name: String,
    slug: String,
    initials: String,
    created: When,
}

#[derive(Serialize)]
struct OrganizationPage {
    organization: OrganizationSummary,
    members_url: String,
    figures: Vec<Figure>,
    owners: Vec<OwnerRow>,
    /// There are more owners than these.
    is_cut: bool,
}

/// As the component `person` takes one.
#[derive(Serialize)]
struct OwnerRow {
    id: String,
    email: String,
    full_name: Option<String>,
    initials: String,
    is_active: bool,
    joined: When,
}

async fn list(user: SessionUser) -> PageResult {
    let list = List::of(&user, ALL_ORGANIZATIONS.url, &[]);
    let request = list.request();
    let found =
        user.act(|app, actor, client| async move { app.organizations.list_all(actor, request, &client).await }).await?;
    let columns = [("name", OrganizationOrder::Name), ("created", OrganizationOrder::Newest)];
    list.answer(ALL_ORGANIZATIONS.key, "admin/organizations.html", found, &columns, |one| {
        OrganizationSummary::from(&one)
    })
}

/// Those who are in it have pages of their own for it.
async fn find(user: &SessionUser, id: &str) -> Result<Organization, PageError> {
    let (action, resource) = (Action::List, Resource::Organizations);
    user.act(|app, actor, client| async move { app.core.permit(actor, action, resource, &client).await }).await?;
    user.organization(id).await
}

async fn look(user: SessionUser, id: Path<String>) -> PageResult {
    let organization = find(&user, &id).await?;
    let id = organization.id;
    let size = user.act(|app, actor, client| async move { app.organizations.size(actor, id, &client).await }).await?;
    let first = PageRequest { order: MemberOrder::Oldest, search: None, after: None, skip: 0, limit: ROWS };
    let owners = user.act(|app, actor, client| async move {
        app.organizations.list_members(actor, id, Some(Role::Owner), first, &client).await
    });
    let Page { rows, more, .. } = owners.await?;
    let members_url = format!("{}/{id}/members", ORGANIZATIONS.url);
    let content = OrganizationPage {
        figures: figures(&organization, &size, &members_url),
        organization: OrganizationSummary::from(&organization),
        members_url,
        owners: rows.into_iter().map(OwnerRow::from).collect(),
        is_cut: more,
    };
    user.page(ALL_ORGANIZATIONS.key, "admin/organization.html", content).answer()
}

fn figures(organization: &Organization, size: &OrganizationSize, members_url: &str) -> Vec<Figure> {
    let OrganizationSize { members, invitations, owned } = size;
    let id = organization.id.to_string();
    let owned = resources::counted(owned)
        .map(|(resource, count)| Figure::new(resource.label, count).leading_to(address(resource.url, &[(OWNER, &id)])));
    let people = [
        Figure::new("Members", words::number(*members)).leading_to(members_url),
        Figure::new("Invitations", words::number(*invitations)),
    ];
    people.into_iter().chain(owned).collect()
}

async fn ask_to_delete(user: SessionUser, id: Path<String>) -> PageResult {
    let organization = find(&user, &id).await?;
    user.check_proved()?;
    deletion(&organization).ask(&user, &organization, &Form::new()).await
}

async fn delete(PostedForm { by: user, form }: PostedForm<SessionUser>, id: Path<String>) -> PageResult {
    let organization = find(&user, &id).await?;
    deletion(&organization).delete(&user, &organization, form).await
}

fn deletion(organization: &Organization) -> Deletion {
    let back = format!("{}/{}", ALL_ORGANIZATIONS.url, organization.id);
    Deletion { entry: ALL_ORGANIZATIONS.key, action: format!("{back}/delete"), back, done: ALL_ORGANIZATIONS.url }
}

impl From<&Organization> for OrganizationSummary {
    fn from(organization: &Organization) -> Self {
        Self {
            id: organization.id.to_string(),
            name: organization.name.to_string(),
            slug: organization.slug.to_string(),
            initials: words::initials(organization.name.as_str()),
            created: organization.created_at.into(),
        }
    }
}

impl From<Member> for OwnerRow {
    fn from(Member { id, email, full_name, is_active, role: _, joined_at }: Member) -> Self {
        let full_name = words::full_name(full_name.as_ref()).map(str::to_owned);
        Self {
            id: id.to_string(),
            initials: words::initials(full_name.as_deref().unwrap_or(email.as_str())),
            full_name,
            email: email.into(),
            is_active,
            joined: joined_at.into(),
        }
    }
}
