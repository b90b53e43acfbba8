//! What a script of a page is answered.

use actix_web::HttpResponse;
use serde_json::{Value, json};

use crate::{
    fault::PageError,
    headers::{POLICY, private},
    shell::PageResult,
};

/// As JSON, for this reader alone.
pub(crate) fn for_script(value: &Value) -> HttpResponse {
    private(&mut HttpResponse::Ok(), POLICY).json(value)
}

/// A fault that the reader can mend in the form that the script is of, in a sentence which it shows there. All others are pages.
pub(crate) fn refused_for_script(error: PageError) -> PageResult {
    match error {
        PageError::Rejected(rejection) if rejection.is_about_the_form() => {
            let mut response = HttpResponse::build(rejection.status);
            Ok(private(&mut response, POLICY).json(json!({ "detail": rejection.sentence() })))
        }
        error => Err(error),
    }
}
