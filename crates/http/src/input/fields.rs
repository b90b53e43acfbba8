//! The fields of a JSON object.

use std::{fmt, sync::Arc};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    Input, Source,
    body::{Body, BodyKind},
};
use crate::{
    description::Description,
    problem::{FieldFault, Refused, ValueFault, echo},
};

/// The command that a JSON body was read into.
pub(crate) struct Json<B: JsonBody>(pub(crate) B::Command);

/// A JSON object that an operation takes; `json_body!` declares one.
pub(crate) trait JsonBody: ToSchema {
    /// What is made of its fields.
    type Command;

    /// Whether a field holds a secret, so that no body that is no object may be echoed.
    const HAS_SECRETS: bool;

    /// Reads every field, in the contract's order, so that all faults are told at once.
    fn from_fields(fields: &mut Fields<'_>) -> Result<Self::Command, Refused>;
}

/// A JSON object being read: only the fields that are asked for are ever built.
pub(crate) struct Fields<'a> {
    object: &'a str,
    /// The object itself, if a field was missing and it is to be told of what.
    whole: Option<Option<Arc<Value>>>,
    faults: &'a mut Vec<FieldFault>,
}

impl<B: JsonBody> Input for Json<B> {
    const BODY: BodyKind = BodyKind::Json;

    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        let place = vec!["body".into()];
        let fault = match &source.body {
            Body::Json(text) if text.trim_ascii_start().starts_with('{') => {
                let mut fields = Fields { object: text, whole: None, faults: &mut source.faults };
                return B::from_fields(&mut fields).map(Self);
            }
            Body::Json(text) => match serde_json::from_str(text).unwrap_or_default() {
                Value::Null => FieldFault::new(ValueFault::missing(), place, Value::Null),
                other => no_object::<B>(place, other),
            },
            Body::Text(text) => no_object::<B>(place, text.as_str().into()),
            Body::Missing | Body::Form(_) => FieldFault::new(ValueFault::missing(), place, Value::Null),
        };
        source.faults.push(fault);
        Err(Refused)
    }

    fn describe(description: &mut Description) {
        description.body::<B>("application/json");
    }
}

/// A text or a list may be an object that went wrong, with a password somewhere in it.
fn no_object<B: JsonBody>(place: Vec<Value>, sent: Value) -> FieldFault {
    if B::HAS_SECRETS {
        FieldFault::without_input(ValueFault::not_an_object(), place)
    } else {
        FieldFault::new(ValueFault::not_an_object(), place, sent)
    }
}

impl Fields<'_> {
    /// A field that must be there and must not be null.
    pub(super) fn required<T>(&mut self, name: &str, parse: fn(&Value) -> Result<T, ValueFault>) -> Result<T, Refused> {
        if let Some(value) = self.find(name) {
            return self.parsed(name, value, parse);
        }
        let whole = self.whole.get_or_insert_with(|| echo(serde_json::from_str(self.object).unwrap_or_default()));
        let fault = FieldFault::echoing(ValueFault::missing(), vec!["body".into(), name.into()], whole.clone());
        self.faults.push(fault);
        Err(Refused)
    }

    /// A field that may be left out, but not be null.
    pub(super) fn optional<T>(
        &mut self,
        name: &str,
        parse: fn(&Value) -> Result<T, ValueFault>,
    ) -> Result<Option<T>, Refused> {
        match self.find(name) {
            Some(value) => self.parsed(name, value, parse).map(Some),
            None => Ok(None),
        }
    }

    /// A field that may be left out (`None`) or null (`Some(None)`).
    pub(super) fn nullable<T>(
        &mut self,
        name: &str,
        parse: fn(&Value) -> Result<T, ValueFault>,
    ) -> Result<Option<Option<T>>, Refused> {
        match self.find(name) {
            Some(Value::Null) => Ok(Some(None)),
            Some(value) => self.parsed(name, value, parse).map(|value| Some(Some(value))),
            None => Ok(None),
        }
    }

    /// The text was found to be sound.
    fn find(&self, name: &str) -> Option<Value> {
        Member(name).deserialize(&mut serde_json::Deserializer::from_str(self.object)).unwrap_or_default()
    }

    fn parsed<T>(
        &mut self,
        name: &str,
        value: Value,
        parse: fn(&Value) -> Result<T, ValueFault>,
    ) -> Result<T, Refused> {
        parse(&value).map_err(|fault| {
            self.faults.push(FieldFault::new(fault, vec!["body".into(), name.into()], value));
            Refused
        })
    }
}

/// The member of this name; the last of several counts.
struct Member<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<Self::Value, D::Error> {
        parser.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Member<'_> {
    type Value = Option<Value>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(is_it) = members.next_key_seed(Named(self.0))? {
            if is_it {
                found = Some(members.next_value()?);
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// Whether a key is this name.
struct Named<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for Named<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<bool, D::Error> {
        parser.deserialize_str(self)
    }
}

impl Visitor<'_> for Named<'_> {
    type Value = bool;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        Ok(key == self.0)
    }
}
