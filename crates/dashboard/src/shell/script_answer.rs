//! What a script of a page is answered.

use actix_web::HttpResponse;
use serde_json::Value;

use crate::headers::{POLICY, private};

/// As JSON, for this reader alone.
pub(crate) fn for_script(value: &Value) -> HttpResponse {
    private(&mut HttpResponse::Ok(), POLICY).json(value)
}
