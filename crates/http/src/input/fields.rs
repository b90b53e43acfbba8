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
        let (fault, input) = match &source.body {
            Body::Json(Value::Object(object)) => {
                return T::from_fields(&mut Fields { object, faults: &mut source.faults }).map(Self);
            }
            Body::Json(other) => (Fault::not_an_object(), other.clone()),
            Body::Missing | Body::Form(_) => (Fault::missing(), Value::Null),
        };
        source.faults.push(FieldFault::new(fault, vec!["body".into()], input));
        Err(Refused)
    }
}

impl Fields<'_> {
    /// A field that must be there and must not be null.
    pub(crate) fn required<T>(&mut self, name: &str, parse: fn(&Value) -> Result<T, Fault>) -> Result<T, Refused> {
        match self.object.get(name) {
            Some(value) => self.parsed(name, value, parse),
            None => Err(self.refuse(name, Fault::missing(), Value::Object(self.object.clone()))),
        }
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
        parse(value).map_err(|fault| self.refuse(name, fault, value.clone()))
    }

    fn refuse(&mut self, name: &str, fault: Fault, input: Value) -> Refused {
        self.faults.push(FieldFault::new(fault, vec!["body".into(), name.into()], input));
        Refused
    }
}
