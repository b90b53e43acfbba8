//! The form by which one of a resource is made or changed, on the template `form.html`.

use actix_web::HttpResponse;
use serde::Serialize;

use super::{Declared, Field};
use crate::{
    fault::PageError,
    request::{Form, OwnPath, SessionUser},
    resources::{Action, Deed, ResourceNames},
    shell::{Flash, PageResponse, PageResult, Redirect},
    words::When,
};

/// What pages have to know of one of a resource.
pub(crate) trait Entity: Sized + 'static {
    /// The resource.
    const NAMES: &'static ResourceNames;

    /// Its form.
    type Form: Declared<Entity = Self, Page = ()>;

    fn summary(&self) -> Summary;

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
        let (list, id) = (E::NAMES.url, entity.summary().id);
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

#[derive(Serialize)]
struct FormPage {
    resource: &'static ResourceNames,
    entity: Option<Summary>,
    actions: Vec<ActionView>,
    back: OwnPath,
}

/// Makes or changes one.
pub(crate) struct Editor<'a, E> {
    user: &'a SessionUser,
    entity: Option<&'a E>,
    fields: Vec<Field>,
}

impl<'a, E: Entity> Editor<'a, E> {
    /// For a new one.
    pub(crate) fn new(user: &'a SessionUser) -> Self {
        Self { user, entity: None, fields: E::Form::fields(&()) }
    }

    /// For this one.
    pub(crate) fn of(user: &'a SessionUser, entity: &'a E) -> Self {
        Self { entity: Some(entity), ..Self::new(user) }
    }

    /// The form with what there is now.
    pub(crate) fn open(&self) -> PageResult {
        let form = leading_back(self.user, E::NAMES);
        self.again(&match self.entity {
            Some(entity) => form.opened::<E::Form>(&self.fields, entity),
            None => form,
        })
    }

    /// What was typed, where nothing is wrong with it and nobody else changed the same meanwhile.
    pub(crate) fn read(&self, form: &mut Form) -> Option<E::Form> {
        form.read(&self.fields, self.entity)
    }

    /// The form as it was sent, with what is wrong.
    pub(crate) fn again(&self, form: &Form) -> PageResult {
        self.page(form).answer()
    }

    /// Back to the list, which says what was done; or the form with what the use case refused, if that can be mended there.
    pub(crate) fn finish<T>(&self, mut form: Form, outcome: Result<T, PageError>, deed: Deed) -> PageResult {
        match outcome {
            Ok(_) => Ok(back_to_list(self.user, &form, E::NAMES, deed)),
            Err(error) => {
                form.refuse(error)?;
                self.again(&form)
            }
        }
    }

    fn page(&self, form: &Form) -> PageResponse<'a> {
        let (resource, back) = (E::NAMES, OwnPath::of_list(form.text("back"), E::NAMES.url));
        let actions = self.entity.map(ActionView::of).unwrap_or_default();
        let content = FormPage { resource, entity: self.entity.map(E::summary), actions, back };
        self.user.page(resource.key, "form.html", content).fields(&self.fields).form(form)
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
    // A button of the list itself holds no way back.
    let list = form.fields().find("back").map(|back| OwnPath::of_list(back, resource.url));
    let list = list.unwrap_or_else(|| user.back_to(resource.url));
    Redirect::to(list.as_str()).saying(Flash::Done(resource, deed)).answer()
}
