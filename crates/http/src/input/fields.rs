//! The fields of a JSON object.

use serde_json::{Map, Value};

use super::{
    Input, Source,
    body::{Body, BodyKind},
    fault::{Fault, FieldFault, Refused},
};

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

/// A value made of the fields of a JSON object.
pub(crate) trait FromFields: Sized {
    /// Whether a field holds a secret, so that no body that is no object may be echoed.
    const HAS_SECRETS: bool;

    /// Reads every field, in the contract's order, so that all faults are told at once.
    fn from_fields(fields: &mut Fields<'_>) -> Result<Self, Refused>;
}

/// A JSON object being read.
pub(crate) struct Fields<'a> {
    object: &'a Map<String, Value>,
    faults: &'a mut Vec<FieldFault>,
}

impl<T: FromFields> Input for Json<T> {
    const BODY: BodyKind = BodyKind::Json;

    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        let place = vec!["body".into()];
        let fault = match &source.body {
            Body::Json(Value::Object(object)) => {
                return T::from_fields(&mut Fields { object, faults: &mut source.faults }).map(Self);
            }
            // A text or a list may be an object that went wrong, with a password somewhere in it.
            Body::Json(_) if T::HAS_SECRETS => FieldFault::without_input(Fault::not_an_object(), place),
            Body::Json(other) => FieldFault::new(Fault::not_an_object(), place, other),
            Body::Missing | Body::Form(_) => FieldFault::new(Fault::missing(), place, &Value::Null),
        };
        source.faults.push(fault);
        Err(Refused)
    }
}

impl Fields<'_> {
    /// A field that must be there and must not be null.
    pub(crate) fn required<T>(&mut self, name: &str, parse: fn(&Value) -> Result<T, Fault>) -> Result<T, Refused> {
        if let Some(value) = self.object.get(name) {
            return self.parsed(name, value, parse);
        }
        let whole = Value::Object(self.object.clone());
        Err(self.refuse(name, Fault::missing(), &whole))
    }

    /// A field that may be left out, but not be null.
    pub(crate) fn optional<T>(
        &mut self,
        name: &str,
        parse: fn(&Value) -> Result<T, Fault>,
    ) -> Result<Option<T>, Refused> {
        match self.object.get(name) {
            Some(value) => self.parsed(name, value, parse).map(Some),
            None => Ok(None),
        }
    }

    /// A field that may be left out (`None`) or null (`Some(None)`).
    pub(crate) fn nullable<T>(
        &mut self,
        name: &str,
        parse: fn(&Value) -> Result<T, Fault>,
    ) -> Result<Option<Option<T>>, Refused> {
        match self.object.get(name) {
            Some(Value::Null) => Ok(Some(None)),
            Some(value) => self.parsed(name, value, parse).map(|value| Some(Some(value))),
            None => Ok(None),
        }
    }

    fn parsed<T>(&mut self, name: &str, value: &Value, parse: fn(&Value) -> Result<T, Fault>) -> Result<T, Refused> {
        parse(value).map_err(|fault| self.refuse(name, fault, value))
    }

    fn refuse(&mut self, name: &str, fault: Fault, input: &Value) -> Refused {
        self.faults.push(FieldFault::new(fault, vec!["body".into(), name.into()], input));
        Refused
    }
}
