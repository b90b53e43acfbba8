//! Where traces are sent, by the names that OpenTelemetry gives settings.

use std::collections::BTreeMap;

use http::{
    HeaderName, HeaderValue,
    header::{CONTENT_TYPE, USER_AGENT},
};
use ironplate_measure::{Rate, Sampler};
use percent_encoding::percent_decode_str;
use url::Url;

use super::{
    Environment, Project,
    reader::{Read, Reader},
};

const PATH: [&str; 2] = ["v1", "traces"];

const SERVICE_NAME: &str = "service.name";

/// Where traces are sent, and which.
#[cfg_attr(not(feature = "traces"), expect(dead_code, reason = "nothing is sent"))]
#[derive(Clone)]
pub(crate) struct TraceSettings {
    pub(crate) url: Url,
    /// None of them prints.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// What is said of this process with all that is sent.
    pub(crate) resource: BTreeMap<String, String>,
    pub(crate) sampler: Sampler,
}

/// Nothing, unless a collector is named; what is set for other programs of this machine is not judged then.
pub(super) fn read(
    environment: Environment,
    reader: &mut Reader<'_>,
    project: &Read<Project>,
) -> Read<Option<TraceSettings>> {
    let (collector, endpoint) = ("traces.collector", "traces.endpoint");
    let url = match (reader.optional_text(endpoint)?, reader.optional_text(collector)?) {
        (Some(text), _) => url(reader, endpoint, &text),
        (None, Some(text)) => url(reader, collector, &text).map(below),
        (None, None) => return Ok(None),
    };
    if !cfg!(feature = "traces") {
        return Err(reader.refuse(collector, "can't be used: this binary was built without traces", "unset it"));
    }
    let (headers, attributes) = (headers(reader), attributes(reader));
    let (sampler, protocol) = (sampler(reader), protocol(reader));
    let service = reader.optional_text("traces.service_name");
    let project = project.as_ref().map(|project| project.name.clone()).map_err(|refused| *refused);
    protocol?;
    let mut resource: BTreeMap<_, _> = standard_attributes(environment, project?).collect();
    resource.extend(attributes?);
    resource.extend(service?.map(|name| (SERVICE_NAME.to_owned(), name)));
    Ok(Some(TraceSettings { url: url?, headers: headers?, resource, sampler: sampler? }))
}

fn url(reader: &mut Reader<'_>, key: &str, text: &str) -> Read<Url> {
    let fix = "an address by HTTP, such as http://127.0.0.1:4318; what it asks to log in goes into traces.headers";
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let is_secret = |url: &Url| !url.username().is_empty() || url.password().is_some() || url.query().is_some();
    let url = url.filter(|url| url.has_host() && !is_secret(url));
    url.ok_or_else(|| reader.refuse(key, "is no address that traces can be sent to", fix))
}

/// Where a collector takes traces, if that is all that is known of it.
fn below(mut collector: Url) -> Url {
    if let Ok(mut path) = collector.path_segments_mut() {
        path.pop_if_empty().extend(PATH);
    }
    collector
}

fn protocol(reader: &mut Reader<'_>) -> Read<()> {
    match reader.text("traces.protocol")?.as_str() {
        "http/protobuf" => Ok(()),
        _ => Err(reader.refuse(
            "traces.protocol",
            "is none that is spoken here",
            "http/protobuf, which collectors take at port 4318; or leave it unset",
        )),
    }
}

fn headers(reader: &mut Reader<'_>) -> Read<Vec<(HeaderName, HeaderValue)>> {
    let fix = "NAME=VALUE, separated by commas, with %2C for a comma in a value";
    let mut headers = reader.list("traces.headers", fix, |text| {
        let (name, value) = pair(text)?;
        let (name, mut value) = (HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?);
        value.set_sensitive(true);
        // These are ours to set.
        Some((name, value)).filter(|(name, _)| *name != CONTENT_TYPE && *name != USER_AGENT)
    })?;
    headers.push((CONTENT_TYPE, HeaderValue::from_static("application/x-protobuf")));
    Ok(headers)
}

fn attributes(reader: &mut Reader<'_>) -> Read<Vec<(String, String)>> {
    reader.list("traces.resource_attributes", "name=value, separated by commas, with %2C for a comma in a value", pair)
}

/// `name=value`, percent-encoded.
fn pair(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=')?;
    let decoded = |text: &str| Some(percent_decode_str(text.trim()).decode_utf8().ok()?.into_owned());
    Some((decoded(name)?, decoded(value)?)).filter(|(name, _)| !name.is_empty())
}

/// What is said of this process unless somebody says otherwise.
fn standard_attributes(environment: Environment, service: String) -> impl Iterator<Item = (String, String)> {
    let host = hostname::get().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let told = [
        (SERVICE_NAME, service),
        ("service.version", env!("CARGO_PKG_VERSION").to_owned()),
        ("deployment.environment.name", environment.to_string()),
        ("host.name", host),
        ("telemetry.sdk.name", "ironplate".to_owned()),
        ("telemetry.sdk.language", "rust".to_owned()),
        ("telemetry.sdk.version", env!("CARGO_PKG_VERSION").to_owned()),
    ];
    told.into_iter().map(|(name, value)| (name.to_owned(), value))
}

fn sampler(reader: &mut Reader<'_>) -> Read<Sampler> {
    let (sampler, rate) = (reader.text("traces.sampler"), reader.rate("traces.sampler_arg"));
    let (heeds_parent, rate) = match sampler?.as_str() {
        "always_on" => (false, Rate::ALL),
        "always_off" => (false, Rate::NONE),
        "traceidratio" => (false, rate?),
        "parentbased_always_on" => (true, Rate::ALL),
        "parentbased_always_off" => (true, Rate::NONE),
        "parentbased_traceidratio" => (true, rate?),
        _ => {
            let fix = "parentbased_traceidratio, traceidratio, parentbased_always_on, always_on, parentbased_always_off or always_off";
            return Err(reader.refuse("traces.sampler", "is none that there is here", fix));
        }
    };
    Ok(Sampler { rate, heeds_parent })
}
