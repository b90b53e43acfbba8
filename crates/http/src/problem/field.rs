//! What is wrong with a field, as the contract's 422 tells it.

use std::{io, sync::Arc};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// Marks a value that could not be read; why is noted in the source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refused;

/// Longer inputs are not echoed.
const MAX_ECHO_BYTES: usize = 8 * 1024;

/// What is wrong with a value, wherever it came from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ValueFault {
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    pub(crate) context: Option<Value>,
}

impl ValueFault {
    pub(crate) fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), context: None }
    }

    pub(crate) fn with_context(self, context: Value) -> Self {
        Self { context: Some(context), ..self }
    }

    pub(crate) fn missing() -> Self {
        Self::new("missing", "Field required")
    }

    pub(crate) fn string_type() -> Self {
        Self::new("string_type", "Input should be a valid string")
    }

    pub(crate) fn not_an_object() -> Self {
        let message = "Input should be a valid dictionary or object to extract fields from";
        Self::new("model_attributes_type", message)
    }

    /// No id, for this reason.
    pub(crate) fn uuid(reason: &str) -> Self {
        Self::new("uuid_parsing", format!("Input should be a valid UUID, {reason}"))
            .with_context(json!({ "error": reason }))
    }

    /// A rule of the product that the contract has no type of its own for.
    pub(crate) fn value(reason: &str) -> Self {
        Self::new("value_error", format!("Value error, {reason}")).with_context(json!({ "error": reason }))
    }
}

/// A fault with its place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct FieldFault {
    #[serde(rename = "type")]
    kind: &'static str,
    loc: Vec<Value>,
    msg: String,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "shared")]
    input: Option<Arc<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ctx: Option<Value>,
}

impl FieldFault {
    /// `input` is what was sent. It is left out where it is a secret or long, and its secrets where it holds some.
    pub(crate) fn new(fault: ValueFault, loc: Vec<Value>, input: Value) -> Self {
        Self::echoing(fault, loc, echo(input))
    }

    /// With an echo that several may share.
    pub(crate) fn echoing(fault: ValueFault, loc: Vec<Value>, input: Option<Arc<Value>>) -> Self {
        let is_secret = loc.iter().filter_map(Value::as_str).any(is_secret);
        let ValueFault { kind, message, context } = fault;
        Self { kind, loc, msg: message, input: input.filter(|_| !is_secret), ctx: context }
    }

    /// Without what was sent, as it may hold secrets in places nobody foresees.
    pub(crate) fn without_input(fault: ValueFault, loc: Vec<Value>) -> Self {
        Self::echoing(fault, loc, None)
    }
}

/// What was sent as it may come back: not if it is long, and without secrets.
pub(crate) fn echo(input: Value) -> Option<Arc<Value>> {
    is_short(&input).then(|| Arc::new(without_secrets(input)))
}

#[expect(clippy::ref_option, reason = "this is how serde calls it")]
fn shared<S: Serializer>(input: &Option<Arc<Value>>, serializer: S) -> Result<S::Ok, S::Error> {
    input.as_deref().serialize(serializer)
}

/// Fields whose content must not come back in an answer, where it would end up in logs.
fn is_secret(field: &str) -> bool {
    let field = field.to_lowercase();
    ["passw", "pwd", "token", "secret"].iter().any(|word| field.contains(word))
}

fn without_secrets(input: Value) -> Value {
    match input {
        Value::Object(fields) => {
            let open = fields.into_iter().filter(|(name, _)| !is_secret(name));
            Value::Object(open.map(|(name, value)| (name, without_secrets(value))).collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(without_secrets).collect()),
        other => other,
    }
}

/// An echo costs memory for as long as the client takes to read it, so it has a bound.
fn is_short(input: &Value) -> bool {
    serde_json::to_writer(Bounded { left: MAX_ECHO_BYTES }, input).is_ok()
}

/// Counts what is written, and refuses what is too much.
struct Bounded {
    left: usize,
}

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.left = self.left.checked_sub(bytes.len()).ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(field: &str, input: &Value) -> String {
        serde_json::to_string(&FieldFault::new(ValueFault::missing(), vec!["body".into(), field.into()], input.clone()))
            .unwrap()
    }

    #[test]
    fn keys_come_in_the_contracts_order() {
        assert_eq!(
            printed("title", &json!({})),
            r#"{"type":"missing","loc":["body","title"],"msg":"Field required","input":{}}"#
        );
    }

    #[test]
    fn a_long_input_is_not_echoed() {
        assert!(printed("title", &"x".repeat(MAX_ECHO_BYTES / 2).into()).contains("xxx"));
        assert!(!printed("title", &"x".repeat(MAX_ECHO_BYTES).into()).contains("xxx"));
        assert!(!printed("title", &"\u{1}".repeat(MAX_ECHO_BYTES / 2).into()).contains("u0001"));
    }

    #[test]
    fn secrets_are_never_echoed() {
        for field in ["password", "new_password", "current_password", "token", "client_secret"] {
            assert!(!printed(field, &json!("hunter2hunter2")).contains("hunter2"), "{field}");
        }
        let elsewhere =
            printed("email", &json!({"full_name": "Ann", "a": [{"New_Password": "hunter2", "passwd": "hunter2"}]}));
        assert!(!elsewhere.contains("hunter2") && elsewhere.contains("Ann"), "{elsewhere}");
    }
}
