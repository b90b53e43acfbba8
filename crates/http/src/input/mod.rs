//! From a request to values, in the contract's order of checks.
#![allow(unused_imports, reason = "what of it is used depends on which resources there are")]

mod address;
mod audit;
mod body;
mod declare;
mod encoding;
mod exact;
mod fields;
mod form;
mod identifier;
mod organizations;
mod paging;
mod path;
mod presence;
mod query;
mod sound;
mod value;

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use ironplate_domain::Client;

pub(crate) use address::{EmailTo, SomeAddress};
pub(crate) use audit::{AuditPaging, AuditQuery, OrganizationAuditQuery, audit_cursor_text};
pub(crate) use body::BodyKind;
pub(crate) use declare::{DeclaredField, body_schema, json_body};
pub(crate) use fields::{Fields, Json, JsonBody};
pub(crate) use form::{Form, FormFields, FromForm};
pub(crate) use organizations::{OfOrganization, OfRole, TypedName, WithOrganizations};
pub(crate) use paging::{Paging, cursor_text, literal};
pub(crate) use path::{PathId, PathToken};
pub(crate) use presence::{Flag, Nullable, Optional, Presence, Required, RequiredList, described};
pub(crate) use value::{FieldValue, bounded_texts, named, text, text_of};

use self::body::Body;
use crate::{
    app::App,
    caller::Caller,
    description::{Described, Description},
    problem::{FieldFault, Problem, Refused},
};

/// The one extractor: who calls, with what.
///
/// Checks in the contract's order: a readable body, an allowed caller, then all faults of path, query and body at once.
pub(crate) struct Call<Who, What> {
    pub(crate) caller: Who,
    pub(crate) input: What,
    /// Where the request came from.
    pub(crate) client: Client,
}

/// Something that is read from a request.
pub(crate) trait Input: Sized {
    /// What sort of body it comes in.
    const BODY: BodyKind = BodyKind::Ignored;

    /// Reads it; what is wrong is noted in the source.
    fn read(source: &mut Source<'_>) -> Result<Self, Refused>;

    /// Describes it in the OpenAPI document.
    fn describe(description: &mut Description);
}

/// The request being read, and the faults found so far.
pub(crate) struct Source<'a> {
    request: &'a HttpRequest,
    body: Body,
    faults: Vec<FieldFault>,
}

impl<Who: Caller + 'static, What: Input + 'static> FromRequest for Call<Who, What> {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let app = App::of(&request)?;
            let body = body::receive(What::BODY, &app, &request, payload).await?;
            let client = ironplate_web::client(&request);
            let at = organizations::organization_at_hand(&request);
            let caller = Who::recognise(&app, &request, at, &client).await?;
            let mut source = Source { request: &request, body, faults: Vec::new() };
            match What::read(&mut source) {
                Ok(input) if source.faults.is_empty() => Ok(Self { caller, input, client }),
                Ok(_) | Err(Refused) => Err(Problem::invalid(source.faults)),
            }
        })
    }
}

impl<Who: Caller, What: Input> Described for Call<Who, What> {
    fn describe(description: &mut Description) {
        description.security = Who::security();
        What::describe(description);
    }
}

impl Input for () {
    fn read(_: &mut Source<'_>) -> Result<Self, Refused> {
        Ok(())
    }

    fn describe(_: &mut Description) {}
}

/// What the path says, then what the body says.
impl<Path: Input, Content: Input> Input for (Path, Content) {
    const BODY: BodyKind = Content::BODY;

    fn read(source: &mut Source<'_>) -> Result<Self, Refused> {
        let (path, content) = (Path::read(source), Content::read(source));
        Ok((path?, content?))
    }

    fn describe(description: &mut Description) {
        Path::describe(description);
        Content::describe(description);
    }
}
