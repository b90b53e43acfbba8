//! The OpenAPI document, and answers held against it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::{Answer, Client};

/// The document of a running server.
pub struct Document(Value);

/// An operation of the document.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operation {
    /// In capitals.
    pub method: String,
    /// With placeholders: `/api/v1/items/{id}`.
    pub path: String,
    /// Whether it asks for a token.
    pub authenticated: bool,
    /// The media type of the body that it takes, if it takes one.
    pub takes: Option<String>,
    /// Whether it is a list that comes in pages.
    pub is_paged: bool,
    /// The statuses that it may answer.
    pub statuses: BTreeSet<u16>,
}

impl Operation {
    /// `GET /api/v1/items/{id}`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The path with this in place of every id, and an address of nobody's: to nothing real.
    #[must_use]
    pub fn path_to(&self, id: &str) -> String {
        let part = |part| match part {
            "{email}" => "nobody@example.com",
            part if is_placeholder(part) => id,
            part => part,
        };
        self.path.split('/').map(part).collect::<Vec<_>>().join("/")
    }

    /// Whether the path names something by its id.
    #[must_use]
    pub fn has_id(&self) -> bool {
        self.path.split('/').any(|part| is_placeholder(part) && !["{email}", "{token}"].contains(&part))
    }

    /// The status of success.
    ///
    /// # Panics
    /// When it describes none.
    #[must_use]
    pub fn success(&self) -> u16 {
        let success = self.statuses.iter().find(|status| (200..300).contains(*status));
        *success.unwrap_or_else(|| panic!("{} never succeeds", self.name()))
    }
}

impl Document {
    /// Asks the server for it.
    pub async fn of(client: &Client) -> Self {
        Self(client.get("openapi.json").await.ok())
    }

    /// All operations.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation> {
        let paths = self.0["paths"].as_object().expect("paths");
        let operations = paths.iter().flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods");
            methods.iter().map(|(method, operation)| Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                authenticated: operation["security"].as_array().is_some_and(|schemes| !schemes.contains(&json!({}))),
                takes: media_type(&operation["requestBody"]),
                is_paged: is_paged(&operation["parameters"]),
                statuses: responses(operation).keys().map(|status| status.parse().expect("a status")).collect(),
            })
        });
        operations.collect()
    }

    /// The operation of this name, such as `GET /api/v1/items/{id}`.
    #[must_use]
    pub fn operation(&self, name: &str) -> Operation {
        let operation = self.operations().into_iter().find(|operation| operation.name() == name);
        operation.unwrap_or_else(|| panic!("the document has no {name}"))
    }

    /// The fields that a new one of the list at `path` is answered with, but that it does not take.
    #[must_use]
    pub fn fields_that_none_may_set(&self, path: &str) -> BTreeSet<String> {
        let operation = &self.0["paths"][path]["post"];
        &self.fields(&operation["responses"]["200"]) - &self.fields(&operation["requestBody"])
    }

    /// A JSON body with every field that the operation takes, none of which is of the right type.
    #[must_use]
    pub fn nonsense_for(&self, operation: &Operation) -> Value {
        let operation = &self.0["paths"][&operation.path][operation.method.to_lowercase()];
        self.fields(&operation["requestBody"]).into_iter().map(|field| (field, json!({}))).collect::<Map<_, _>>().into()
    }

    /// Of a body or an answer in JSON.
    fn fields(&self, content: &Value) -> BTreeSet<String> {
        let place = content["content"]["application/json"]["schema"]["$ref"].as_str().expect("a schema");
        let schema = self.0.pointer(place.trim_start_matches('#')).expect("the schema");
        schema["properties"].as_object().expect("an object").keys().cloned().collect()
    }

    /// Asserts that the operation may answer so.
    pub fn assert_describes(&self, operation: &Operation, answer: &Answer) {
        let described = &self.0["paths"][&operation.path][operation.method.to_lowercase()];
        let Some(response) = responses(described).get(&answer.status.to_string()) else {
            panic!("{} has no {} in the document: {answer:?}", operation.name(), answer.status)
        };
        let media_type = answer.header("content-type").unwrap_or_default();
        let content = &response["content"][media_type];
        assert!(content.is_object(), "{} answers {media_type:?}, unlike its document: {answer:?}", operation.name());
        let schema = json!({ "allOf": [content["schema"]], "components": self.0["components"] });
        let validator = jsonschema::draft202012::options().should_validate_formats(true).build(&schema);
        let validator = validator.expect("a schema that can be used");
        let body = answer.json();
        let faults: Vec<String> =
            validator.iter_errors(&body).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{}: {faults:#?} in {answer:?}", operation.name());
    }
}

fn is_placeholder(part: &str) -> bool {
    part.starts_with('{')
}

fn responses(operation: &Value) -> &Map<String, Value> {
    operation["responses"].as_object().expect("responses")
}

fn media_type(body: &Value) -> Option<String> {
    body["content"].as_object()?.keys().next().cloned()
}

fn is_paged(parameters: &Value) -> bool {
    parameters.as_array().is_some_and(|parameters| parameters.iter().any(|parameter| parameter["name"] == "skip"))
}
