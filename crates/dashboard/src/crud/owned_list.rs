//! The list of a resource that users and organisations own: of one owner, or of everybody's.

use std::collections::BTreeMap;

use ironplate_application::{
    Application, OwnedService, OwnerName,
    ports::{Page, PageRequest},
};
use ironplate_domain::{Action, Owner, Owners};
use serde::Serialize;

use super::{Entity, List};
use crate::{
    fault::PageError,
    request::{OWNER, Scope, SessionUser, address, name_of},
    resources::ResourceNames,
    shell::PageResult,
    words,
};

/// What its address asks of the list: whose, and which of them.
pub(crate) struct OwnedList<'a, E: Entity> {
    user: &'a SessionUser,
    scope: Scope,
    list: List<'a, E::Order>,
}

#[derive(Serialize)]
struct OwnedListPage {
    whose: WhoseView,
    may: May,
}

/// Whose the list is.
#[derive(Serialize)]
struct WhoseView {
    /// As addresses have it.
    value: String,
    /// As people read it, where it is not the reader's.
    name: Option<String>,
    /// Whose else it can be, where there is a choice.
    choices: Vec<Choice>,
    /// The whole list.
    url: String,
    /// Where a new one is made.
    new_url: String,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
}

/// What the reader may do to what a page is of.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct May {
    pub(crate) create: bool,
    pub(crate) update: bool,
    pub(crate) delete: bool,
}

/// Whose a row is, where everybody's are listed.
#[derive(Serialize)]
pub(crate) struct OwnerView {
    name: String,
    dir: &'static str,
}

/// What those are called that these rows refer to, by their ids.
pub(crate) async fn titles_of<E: Entity>(
    user: &SessionUser,
    rows: &[E],
    among: fn(&Application) -> &OwnedService<E>,
) -> Result<BTreeMap<String, String>, PageError> {
    let rows = rows.to_vec();
    let titles = user.act(move |app, _, _| async move { among(&app).titles_referred_to(&rows).await }).await?;
    Ok(titles.into_iter().map(|(id, title)| (id.to_string(), words::title(&title).to_owned())).collect())
}

impl<'a, E: Entity> OwnedList<'a, E> {
    /// Of whom the address names, or else of what is at hand.
    pub(crate) async fn of(user: &'a SessionUser) -> Result<Self, PageError> {
        let named = user.query.get(OWNER);
        let scope = Scope::among(E::OWNERS, user, named).await?;
        Ok(Self { user, scope, list: List::of(user, E::NAMES.url, &[]).within(OWNER, named) })
    }

    /// What is asked of the use case: whose, and which of them.
    pub(crate) fn request(&self) -> (Option<Owner>, PageRequest<E::Order>) {
        (self.scope.owner(self.user), self.list.request())
    }

    /// The page, as [`List::answer`] makes it, with `whose` and `may`.
    pub(crate) fn answer<View: Serialize>(
        self,
        template: &'static str,
        found: Page<E>,
        columns: &[(&'static str, E::Order)],
        view: impl FnMut(E) -> View,
    ) -> PageResult {
        let Self { user, scope, list } = self;
        let owner = scope.owner(user);
        let whose = WhoseView {
            value: name_of(owner),
            name: scope.name().map(str::to_owned),
            choices: choices::<E>(user, &scope),
            url: address(E::NAMES.url, &[(OWNER, user.query.get(OWNER))]),
            new_url: new_url(user, owner.unwrap_or(user.account.id.into()), E::NAMES),
        };
        let page = user.page(E::NAMES.key, template, OwnedListPage { whose, may: May::of::<E>(user, owner) });
        list.answer_on(page, E::NAMES.key, found, columns, view)
    }
}

/// What is one's own, the organisation that the page is of or that is at hand, and everybody's, as far as they own any. There is no
/// choice of one.
fn choices<E: Entity>(user: &SessionUser, scope: &Scope) -> Vec<Choice> {
    let choice = |owner, label: &str| Choice { value: name_of(owner), label: label.to_owned() };
    let organization = match scope {
        Scope::Of(organization) => Some(organization),
        Scope::Own | Scope::Everybodys => user.at.as_deref().map(|at| &at.organization),
    };
    let organization =
        organization.filter(|_| E::OWNERS != Owners::Users).map(|one| choice(Some(one.id.into()), one.name.as_str()));
    let everybody = user.may(Action::List, E::EVERYBODYS).then(|| choice(None, "Everybody"));
    let is_own = E::OWNERS != Owners::Organizations || matches!(scope, Scope::Own);
    let own = is_own.then(|| choice(Some(user.account.id.into()), "You"));
    let choices: Vec<_> = own.into_iter().chain(organization).chain(everybody).collect();
    if choices.len() > 1 { choices } else { Vec::new() }
}

/// Where one of this owner is made. Of an organisation it says so, whatever is chosen meanwhile.
pub(crate) fn new_url(user: &SessionUser, owner: Owner, resource: &ResourceNames) -> String {
    let goes_without_saying = owner.organization().is_none() && user.has_chosen(owner);
    let named = if goes_without_saying { String::new() } else { name_of(Some(owner)) };
    address(&format!("{}/new", resource.url), &[(OWNER, &named)])
}

impl May {
    /// To what this owner has, or to everybody's.
    pub(crate) fn of<E: Entity>(user: &SessionUser, owner: Option<Owner>) -> Self {
        let resource = owner.map_or(E::EVERYBODYS, E::OF);
        let may = |action| user.may(action, resource);
        let can_own = E::OWNERS.include(owner.unwrap_or(user.account.id.into()));
        Self { create: can_own && may(Action::Create), update: may(Action::Update), delete: may(Action::Delete) }
    }
}

impl From<&OwnerName> for OwnerView {
    fn from(owner: &OwnerName) -> Self {
        let dir = match owner {
            OwnerName::User(_) => "ltr",
            OwnerName::Organization(_) => "auto",
        };
        Self { name: owner.as_str().to_owned(), dir }
    }
}
