//! The form by which one of a resource is made or changed, on the template `form.html`.

use actix_web::HttpResponse;
use ironplate_application::{
    Application, Fault, Owned, OwnedDetails, OwnedService,
    ports::{OwnedRow, PageRequest},
};
use ironplate_domain::{self as domain, Owner};
use serde::Serialize;

use super::{Declared, Field, May, moving::is_in_any};
use crate::{
    fault::PageError,
    request::{Form, OWNER, OwnPath, Scope, SessionUser, name_of},
    resources::{Action, Deed, ResourceNames},
    shell::{Flash, PageResult, Redirect},
    words::{self, When},
};

/// So many are offered to choose from.
const CHOICES: u32 = 50;

/// What pages have to know of one of a resource.
pub(crate) trait Entity: Owned {
    /// The resource.
    const NAMES: &'static ResourceNames;

    /// Whether it can be moved to another owner.
    const MOVES: bool = false;

    /// Its form.
    type Form: Declared<Entity = Self, Page = ()>;

    /// What buttons do to it as it is now.
    fn actions(&self) -> &'static [&'static Action] {
        &[]
    }
}

/// A button, as templates take it.
#[derive(Serialize)]
pub(crate) struct ActionView {
    url: String,
    label: &'static str,
}

impl ActionView {
    /// The buttons of this one.
    pub(crate) fn of<E: Entity>(entity: &E) -> Vec<Self> {
        let (list, id) = (E::NAMES.url, entity.id());
        let view = |action: &&Action| Self { url: format!("{list}/{id}/{}", action.path), label: action.label };
        entity.actions().iter().map(view).collect()
    }
}

/// One of a resource.
#[derive(Serialize)]
pub(crate) struct Summary {
    pub(crate) id: String,
    /// As its owner calls it.
    pub(crate) title: String,
    pub(crate) created: When,
}

impl Summary {
    pub(crate) fn of(row: &impl OwnedRow) -> Self {
        let title = words::title(row.title()).to_owned();
        Self { id: row.id().to_string(), title, created: row.created_at().into() }
    }
}

#[derive(Serialize)]
struct FormPage {
    title: String,
    resource: &'static ResourceNames,
    entity: Option<Summary>,
    /// For whom it is, as forms have it.
    owner: String,
    may: May,
    may_move: bool,
    actions: Vec<ActionView>,
    back: OwnPath,
}

/// Makes or changes one.
pub(crate) struct Editor<'a, E> {
    user: &'a SessionUser,
    entity: Option<&'a E>,
    owner: Owner,
    /// What the owner is called, if it is not the reader.
    owner_name: Option<String>,
    fields: Vec<Field>,
}

impl<'a, E: Entity> Editor<'a, E> {
    /// For a new one of whom the address or the form names, or else of what is at hand.
    ///
    /// # Errors
    /// The reader may not make one there.
    pub(crate) async fn new(user: &'a SessionUser, named: &str) -> Result<Self, PageError> {
        let scope = Scope::among(E::OWNERS, user, named).await?;
        let owner = scope.owner(user).filter(|owner| E::OWNERS.include(*owner)).ok_or_else(PageError::missing)?;
        let (action, resource) = (domain::Action::Create, E::OF(owner));
        user.act(|app, actor, client| async move { app.core.permit_in(actor, action, resource, &client).await })
            .await?;
        Ok(Self {
            user,
            entity: None,
            owner,
            owner_name: scope.name().map(str::to_owned),
            fields: E::Form::fields(&()),
        })
    }

    /// For this one.
    pub(crate) fn of(user: &'a SessionUser, found: &'a OwnedDetails<E>) -> Self {
        let (entity, owner_name) = (&found.row, found.owner.as_ref().map(|owner| owner.as_str().to_owned()));
        Self { user, entity: Some(entity), owner: entity.owner(), owner_name, fields: E::Form::fields(&()) }
    }

    /// With the newest of its owner to choose from in this field, and the one that is chosen.
    ///
    /// # Errors
    /// Storage failed.
    pub(crate) async fn offering<To: Owned<Error: Fault>>(
        mut self,
        field: &'static str,
        chosen: Option<To::Id>,
        among: fn(&Application) -> &OwnedService<To>,
    ) -> Result<Self, PageError> {
        let owner = Some(self.owner);
        let page = PageRequest { order: To::Order::default(), search: None, after: None, skip: 0, limit: CHOICES };
        let newest = self.user.act(move |app, actor, client| async move {
            among(&app).list_with_owners(actor, owner, page, &client).await
        });
        let mut offered = newest.await?.page.rows;
        let is_offered = |id: &To::Id| offered.iter().any(|row| row.id().to_string() == id.to_string());
        if let Some(id) = chosen.filter(|id| !is_offered(id)) {
            let found =
                self.user.act(move |app, actor, client| async move { among(&app).read(actor, id, &client).await });
            offered.push(found.await?);
        }
        let choice = |row: &To| (row.id().to_string(), words::title(row.title()).to_owned());
        for field in self.fields.iter_mut().filter(|it| it.is(field)) {
            field.offer(offered.iter().map(choice));
        }
        Ok(self)
    }

    /// Whose it is, or is to be.
    pub(crate) const fn owner(&self) -> Owner {
        self.owner
    }

    /// The form with what there is now.
    pub(crate) async fn open(&self) -> PageResult {
        let form = leading_back(self.user, E::NAMES);
        let form = match self.entity {
            Some(entity) => form.opened::<E::Form>(&self.fields, entity),
            None => form,
        };
        self.again(&form).await
    }

    /// What was typed, where nothing is wrong with it and nobody else changed or moved the same meanwhile.
    pub(crate) fn read(&self, form: &mut Form) -> Option<E::Form> {
        let opened_for = form.text(OWNER);
        if !opened_for.is_empty() && opened_for != name_of(Some(self.owner)) {
            form.complain(format!(
                "This {} was moved meanwhile. Save again to change it where it is now",
                E::NAMES.noun
            ));
        }
        form.read(&self.fields, self.entity)
    }

    /// The form as it was sent, with what is wrong.
    pub(crate) async fn again(&self, form: &Form) -> PageResult {
        let may = May::of::<E>(self.user, Some(self.owner));
        let content = FormPage {
            title: self.title(may),
            resource: E::NAMES,
            entity: self.entity.map(Summary::of),
            owner: name_of(Some(self.owner)),
            may,
            may_move: E::MOVES && self.entity.is_some() && may.delete && self.has_elsewhere().await?,
            actions: self.entity.map(ActionView::of).unwrap_or_default(),
            back: OwnPath::of_list(form.text("back"), E::NAMES.url),
        };
        self.user.page(E::NAMES.key, "form.html", content).fields(&self.fields).form(form).answer()
    }

    /// `New item for Acme`, `Edit item`; who changes nothing sees an `Item of Acme`.
    fn title(&self, may: May) -> String {
        let noun = E::NAMES.noun;
        let (title, of) = match self.entity {
            None => (format!("New {noun}"), "for"),
            Some(_) if may.update => (format!("Edit {noun}"), "of"),
            Some(_) => (words::field(noun), "of"),
        };
        match &self.owner_name {
            Some(owner) => format!("{title} {of} {owner}"),
            None => title,
        }
    }

    /// Whether there is anywhere to move it.
    async fn has_elsewhere(&self) -> Result<bool, PageError> {
        let is_own = self.owner == self.user.account.id.into();
        Ok(!is_own || is_in_any(self.user).await?)
    }

    /// Back to the list, which says what was done; or the form with what the use case refused, if that can be mended there.
    pub(crate) async fn finish<T>(&self, mut form: Form, outcome: Result<T, PageError>, deed: Deed) -> PageResult {
        match outcome {
            Ok(_) => {
                let list = list_left(self.user, &form, E::NAMES);
                // Where it is seen, whatever was chosen meanwhile.
                let is_seen = self.user.has_chosen(self.owner);
                let list = if is_seen { list } else { list.with(OWNER, &name_of(Some(self.owner))) };
                Ok(Redirect::to(list.as_str()).saying(Flash::Done(E::NAMES, deed)).answer())
            }
            Err(error) => {
                form.refuse(error)?;
                self.again(&form).await
            }
        }
    }
}

/// A form that leads back to the list as its user left it.
pub(super) fn leading_back(user: &SessionUser, resource: &ResourceNames) -> Form {
    Form::new().holding("back", user.back_to(resource.url).as_str())
}

/// Back to the list as its user left it, which says what was done.
pub(crate) fn back_to_list(
    user: &SessionUser,
    form: &Form,
    resource: &'static ResourceNames,
    deed: Deed,
) -> HttpResponse {
    let list = list_left(user, form, resource);
    Redirect::to(list.as_str()).saying(Flash::Done(resource, deed)).answer()
}

fn list_left(user: &SessionUser, form: &Form, resource: &ResourceNames) -> OwnPath {
    // A button of the list itself holds no way back.
    let list = form.fields().find("back").map(|back| OwnPath::of_list(back, resource.url));
    list.unwrap_or_else(|| user.back_to(resource.url))
}
