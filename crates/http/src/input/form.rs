//! HTML forms: URL-encoded or multipart.

use std::convert::Infallible;

use actix_web::web::Bytes;
use futures_util::stream;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    Input, Source,
    body::{Body, BodyKind},
};
use crate::{
    description::Description,
    problem::{FieldFault, Problem, Refused, UNREADABLE, ValueFault},
};

const MAX_FIELDS: usize = 1000;

/// A field as it was sent.
pub(super) struct FormField {
    name: String,
    value: FormValue,
}

enum FormValue {
    Text(String),
    File,
}

/// A form body.
pub(crate) struct Form<T>(pub(crate) T);

/// A value made of the fields of a form.
pub(crate) trait FromForm: Sized {
    /// Its schema.
    type Schema: ToSchema;

    /// Reads every field, in the contract's order, so that all faults are told at once.
    fn from_form(fields: &mut FormFields<'_>) -> Result<Self, Refused>;
}

/// A form being read.
pub(crate) struct FormFields<'a> {
    fields: &'a [FormField],
    faults: &'a mut Vec<FieldFault>,
}

impl<T: FromForm> Input for Form<T> {
    const BODY: BodyKind = BodyKind::Form;

    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        let fields = match &source.body {
            Body::Form(fields) => fields.as_slice(),
            Body::Json(_) | Body::Text(_) | Body::Missing => &[],
        };
        T::from_form(&mut FormFields { fields, faults: &mut source.faults }).map(Self)
    }

    fn describe(description: &mut Description) {
        description.body::<T::Schema>("application/x-www-form-urlencoded");
    }
}

impl FormFields<'_> {
    /// A text that must be there and not be empty.
    pub(crate) fn required(&mut self, name: &str) -> Result<String, Refused> {
        self.optional(name)?.ok_or_else(|| self.refuse(name, ValueFault::missing(), Value::Null))
    }

    /// A text; the last of several counts, and an empty one is none.
    pub(crate) fn optional(&mut self, name: &str) -> Result<Option<String>, Refused> {
        match self.fields.iter().rfind(|field| field.name == name).map(|field| &field.value) {
            Some(FormValue::Text(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
            Some(FormValue::File) => Err(self.refuse(name, ValueFault::string_type(), Value::Null)),
            None => Ok(None),
        }
    }

    /// A text that must be `expected`, if it is there.
    pub(crate) fn exactly(&mut self, name: &str, expected: &str) -> Result<(), Refused> {
        let Some(text) = self.optional(name)?.filter(|text| text != expected) else { return Ok(()) };
        let pattern = format!("^{expected}$");
        let fault = ValueFault::new("string_pattern_mismatch", format!("String should match pattern '{pattern}'"));
        Err(self.refuse(name, fault.with_context(json!({ "pattern": pattern })), text.into()))
    }

    fn refuse(&mut self, name: &str, fault: ValueFault, input: Value) -> Refused {
        self.faults.push(FieldFault::new(fault, vec!["body".into(), name.into()], input));
        Refused
    }
}

/// A body of another type is a form without fields.
pub(super) async fn parse(content_type: &str, body: Bytes) -> Result<Vec<FormField>, Problem> {
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let fields = match &*essence {
        "application/x-www-form-urlencoded" => url_encoded(&body),
        "multipart/form-data" => multipart(content_type, body).await?,
        _ => Vec::new(),
    };
    if fields.len() > MAX_FIELDS {
        let detail = format!("Too many fields. Maximum number of fields is {MAX_FIELDS}.");
        return Err(Problem::unreadable_body(&detail));
    }
    Ok(fields)
}

fn url_encoded(body: &[u8]) -> Vec<FormField> {
    let pairs = form_urlencoded::parse(body).take(MAX_FIELDS + 1);
    pairs
        .map(|(name, value)| FormField { name: name.into_owned(), value: FormValue::Text(value.into_owned()) })
        .collect()
}

async fn multipart(content_type: &str, body: Bytes) -> Result<Vec<FormField>, Problem> {
    let boundary =
        multer::parse_boundary(content_type).map_err(|_| Problem::unreadable_body("Missing boundary in multipart."))?;
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let whole = stream::once(std::future::ready(Ok::<_, Infallible>(body)));
    let mut parts = multer::Multipart::new(whole, boundary);
    let mut fields = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        let name = part.name().map(ToOwned::to_owned).ok_or_else(|| {
            Problem::unreadable_body(r#"The Content-Disposition header field "name" must be provided."#)
        })?;
        let is_file = part.file_name().is_some();
        let bytes = part.bytes().await.map_err(unreadable)?;
        let text = || FormValue::Text(String::from_utf8_lossy(&bytes).into_owned());
        fields.push(FormField { name, value: if is_file { FormValue::File } else { text() } });
        if fields.len() > MAX_FIELDS {
            break;
        }
    }
    Ok(fields)
}

fn unreadable(_: multer::Error) -> Problem {
    Problem::unreadable_body(UNREADABLE)
}
