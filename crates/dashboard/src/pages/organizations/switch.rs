//! Choose the organisation to have at hand.

use ironplate_application::ports::OwnOrder;
use ironplate_domain::OrganizationId;
use serde::Serialize;

use super::{
    address,
    list::{OrganizationRow, find},
};
use crate::{
    crud::List,
    request::{OWNER, OwnPath, PostedForm, SessionUser, resource::id_of},
    resources::{ORGANIZATIONS, OWN},
    shell::{PageResult, Redirect, at_hand},
};

const PATH: &str = "/dashboard/organizations/switch";

#[derive(Serialize)]
struct SwitchPage {
    next: Option<OwnPath>,
    can_create: bool,
}

pub(super) async fn show(user: SessionUser) -> PageResult {
    let list = List::<OwnOrder>::of(&user, PATH, &[]);
    let found = find(&user, &list).await?;
    let can_create = user.policy().organizations.creation.admits(user.actor());
    let content = SwitchPage { next: user.came_from(), can_create };
    let page = user.page("organizations", "organizations/switch.html", content);
    list.answer_on(page, "organizations", found, &[], |own| OrganizationRow::to(&user, own))
}

/// Whoever chooses one that they are not in has none at hand.
pub(super) async fn choose(PostedForm { by: user, form }: PostedForm<SessionUser>) -> PageResult {
    let chosen = Some(form.text("organization")).filter(|id| !id.is_empty());
    let chosen = chosen.map(|id| id_of(id, OrganizationId)).transpose()?;
    let cookie = at_hand::choose(chosen, user.policy().sessions.spans.absolute);
    let next = next(OwnPath::parse(form.text("next")), chosen);
    Ok(Redirect::to(&next).cookie(Some(cookie)).answer())
}

/// To where they were, unless that is about organisations or about one thing of somebody's: it would be about another
/// organisation than the one they chose.
fn next(came_from: Option<OwnPath>, chosen: Option<OrganizationId>) -> String {
    let is_elsewhere = |path: &OwnPath| !path.as_str().starts_with(ORGANIZATIONS.url);
    match (came_from.filter(is_elsewhere), chosen) {
        (Some(path), _) => list_of(&path).map_or_else(|| path.without(OWNER).to_string(), str::to_owned),
        (None, Some(id)) => address(id, "/members"),
        (None, None) => OwnPath::home().to_string(),
    }
}

/// The list that has what this page is about.
fn list_of(path: &OwnPath) -> Option<&'static str> {
    let of_one = |rest: &str| rest.starts_with('/') && !rest.starts_with("/new");
    OWN.iter().map(|resource| resource.url).find(|list| path.as_str().strip_prefix(list).is_some_and(of_one))
}
