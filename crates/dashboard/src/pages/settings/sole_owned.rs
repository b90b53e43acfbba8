//! Organisations that nobody else owns, which stand in the way of deleting an account, or go with it.

use ironplate_application::organizations::{SoleOwned, SoleOwnership};

use crate::{crud::Tick, request::Form};

const FIELD: &str = "with_organizations";

/// The box by which they go with the account, if there are any.
pub(crate) fn tick(sole: &SoleOwnership) -> Option<Tick> {
    (!sole.0.is_empty()).then(|| Tick { name: FIELD, label: format!("Delete {sole}, too") })
}

/// What becomes of them, as it was ticked; that it was not is told where there are any.
pub(crate) fn ticked(form: &mut Form, sole: &SoleOwnership) -> SoleOwned {
    if form.is_ticked(FIELD) {
        return SoleOwned::Delete;
    }
    if !sole.0.is_empty() {
        form.blame(FIELD, "Tick this, or make somebody else an owner first");
    }
    SoleOwned::Keep
}
