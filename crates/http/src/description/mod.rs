//! What an operation takes, and what it refuses because of that, as the OpenAPI document tells it.

mod refusals;

use actix_web::HttpRequest;
use utoipa::{
    ToSchema,
    openapi::{
        Content, ObjectBuilder, Ref, RefOr, Required, Schema,
        path::{Operation, Parameter, ParameterBuilder, ParameterIn},
        request_body::{RequestBody, RequestBodyBuilder},
        security::SecurityRequirement,
    },
};

pub(crate) use self::refusals::{
    Conflict, CrossSite, InvalidRefreshToken, InvitationNotFound, RegistrationClosed, Works,
};
use crate::app::App;

/// Parameters, body and credentials of an operation, read off the arguments of its handler.
#[derive(Default)]
pub(crate) struct Description {
    parameters: Vec<Parameter>,
    body: Option<RequestBody>,
    pub(crate) security: Option<Vec<SecurityRequirement>>,
    /// What the body refers to.
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Description {
    /// A segment of the path.
    pub(crate) fn segment(&mut self, name: &str, schema: ObjectBuilder) {
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Path).required(Required::True);
        self.parameters.push(parameter.schema(Some(schema)).build());
    }

    /// A parameter of the query that may be left out.
    pub(crate) fn parameter(&mut self, name: &str, description: &str, schema: ObjectBuilder) {
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query).required(Required::False);
        self.parameters.push(parameter.description(Some(description)).schema(Some(schema)).build());
    }

    /// A parameter of the query that has to be there.
    pub(crate) fn required_parameter(&mut self, name: &str, schema: ObjectBuilder) {
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query).required(Required::True);
        self.parameters.push(parameter.schema(Some(schema)).build());
    }

    /// The body.
    pub(crate) fn body<T: ToSchema>(&mut self, media_type: &str) {
        let content = Content::new(Some(Ref::from_schema_name(T::name())));
        let body = RequestBodyBuilder::new().content(media_type, content).required(Some(Required::True));
        self.body = Some(body.build());
        self.schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(&mut self.schemas);
    }

    /// Adds all of it to an operation, with the refusals that follow from it; answers what its body refers to.
    pub(crate) fn complete(self, operation: &mut Operation) -> Vec<(String, RefOr<Schema>)> {
        let Self { parameters, body, security, schemas } = self;
        operation.parameters =
            Some(parameters.into_iter().map(Into::into).collect()).filter(|all: &Vec<_>| !all.is_empty());
        (operation.request_body, operation.security) = (body.map(Into::into), security);
        refusals::add(operation);
        schemas
    }
}

/// Whoever is logged in, by a token or by the cookie.
pub(crate) fn credentials() -> Vec<SecurityRequirement> {
    ["OAuth2PasswordBearer", "SessionCookie"].map(|scheme| SecurityRequirement::new(scheme, [""; 0])).into()
}

/// An argument of a handler, or all of them.
pub(crate) trait Described {
    fn describe(description: &mut Description);
}

impl Described for App {
    fn describe(_: &mut Description) {}
}

impl Described for HttpRequest {
    fn describe(_: &mut Description) {}
}

impl Described for () {
    fn describe(_: &mut Description) {}
}

impl<One: Described> Described for (One,) {
    fn describe(description: &mut Description) {
        One::describe(description);
    }
}

impl<One: Described, Two: Described> Described for (One, Two) {
    fn describe(description: &mut Description) {
        One::describe(description);
        Two::describe(description);
    }
}

impl<One: Described, Two: Described, Three: Described> Described for (One, Two, Three) {
    fn describe(description: &mut Description) {
        <(One, Two)>::describe(description);
        Three::describe(description);
    }
}
