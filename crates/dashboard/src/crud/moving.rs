//! Move one of a resource to another owner, who is chosen in the question.

use ironplate_application::{
    OwnedDetails, OwnerName,
    ports::{OwnOrder, OwnOrganization, Page, PageRequest},
};
use ironplate_domain::{Action, OrganizationId, OrganizationRole, Owner, can};
use serde::Serialize;

use super::{Entity, ROWS, Summary, back_to_list, editor::leading_back};
use crate::{
    fault::PageError,
    request::{Form, MINE, OwnPath, SessionUser},
    resources::{Deed, MOVE, ResourceNames},
    shell::PageResult,
    words::roles,
};

/// The field: who is to have it.
const TO: &str = "move_to";

#[derive(Serialize)]
struct MovePage<'a> {
    resource: &'static ResourceNames,
    entity: Summary,
    /// Whose it is, if it is not the reader's.
    owner: Option<&'a str>,
    action: String,
    back: OwnPath,
    targets: Vec<Target>,
    q: &'a str,
    /// There are more organisations than these.
    is_cut: bool,
}

/// To whom it can go.
#[derive(Serialize)]
struct Target {
    value: String,
    label: String,
    hint: String,
}

/// The question to whom this one is to go.
pub(crate) struct Moving<'a, E> {
    user: &'a SessionUser,
    found: &'a OwnedDetails<E>,
}

impl<'a, E: Entity> Moving<'a, E> {
    pub(crate) const fn of(user: &'a SessionUser, found: &'a OwnedDetails<E>) -> Self {
        Self { user, found }
    }

    /// The question.
    pub(crate) async fn ask(&self) -> PageResult {
        self.again(&leading_back(self.user, E::NAMES)).await
    }

    /// The question as it was answered, with what is wrong.
    pub(crate) async fn again(&self, form: &Form) -> PageResult {
        let Self { user, found: OwnedDetails { row, owner, .. } } = self;
        let (summary, q) = (Summary::of(row), user.query.get("q").trim());
        let Page { rows, more, .. } = organizations(user, Some(q), ROWS).await?;
        let is_own = row.owner() == user.account.id.into();
        let own = (!is_own && q.is_empty()).then(|| Target {
            value: MINE.to_owned(),
            label: "Personal".to_owned(),
            hint: "What is yours alone".to_owned(),
        });
        let others = rows.into_iter().filter(|own| self.may_go_to(own)).map(Target::from);
        let content = MovePage {
            resource: E::NAMES,
            action: format!("{}/{}/{}", E::NAMES.url, summary.id, MOVE.path),
            entity: summary,
            owner: owner.as_ref().map(OwnerName::as_str),
            back: OwnPath::of_list(form.text("back"), E::NAMES.url),
            targets: own.into_iter().chain(others).collect(),
            q,
            is_cut: more,
        };
        user.page(E::NAMES.key, "move.html", content).form(form).answer()
    }

    fn may_go_to(&self, OwnOrganization { organization, role, .. }: &OwnOrganization) -> bool {
        let (role, owner) = (
            OrganizationRole { organization: organization.id, role: *role, is_barred: false },
            Owner::from(organization.id),
        );
        owner != self.found.row.owner() && can(self.user.actor().within(Some(role)), Action::Create, E::OF(owner))
    }

    /// Back to the list, which says that it was moved; or the question with what the use case refused.
    pub(crate) async fn finish<T>(&self, mut form: Form, outcome: Result<T, PageError>) -> PageResult {
        match outcome {
            Ok(_) => Ok(back_to_list(self.user, &form, E::NAMES, Deed::By(&MOVE))),
            Err(error) => {
                form.refuse(error)?;
                self.again(&form).await
            }
        }
    }
}

/// To whom it is to go: to an organisation, or to the reader (`None`). That nobody was chosen is told.
pub(crate) fn target_of(form: &mut Form) -> Option<Option<OrganizationId>> {
    let to = match form.text(TO) {
        MINE => return Some(None),
        id => id.parse().ok().map(OrganizationId),
    };
    if to.is_none() {
        form.blame(TO, "Choose who is to have it");
    }
    to.map(Some)
}

/// Whether there is anywhere to move what is one's own.
pub(super) async fn is_in_any(user: &SessionUser) -> Result<bool, PageError> {
    Ok(user.at.is_some() || !organizations(user, None, 1).await?.rows.is_empty())
}

async fn organizations(user: &SessionUser, q: Option<&str>, limit: u32) -> Result<Page<OwnOrganization>, PageError> {
    let search = q.map(str::to_owned);
    let page = PageRequest { order: OwnOrder::Newest, search, after: None, skip: 0, limit };
    user.act(|app, actor, _| async move { app.organizations.list_own(actor, page).await }).await
}

impl From<OwnOrganization> for Target {
    fn from(OwnOrganization { organization, role, .. }: OwnOrganization) -> Self {
        let hint = format!("{} · {}", organization.slug, roles::label(role));
        Self { value: organization.id.to_string(), label: organization.name.into(), hint }
    }
}
