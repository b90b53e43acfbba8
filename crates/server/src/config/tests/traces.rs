//! Traces, by the names and the meaning that OpenTelemetry gives settings.

use http::HeaderValue;
use ironplate_measure::{Rate, Sampler};

use super::*;

const COLLECTOR: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318");

fn traces(variables: &[(&str, &str)]) -> TraceSettings {
    load(variables).unwrap_or_else(|faults| panic!("{faults}")).traces.expect("traces are sent")
}

#[test]
fn nothing_is_traced_unless_a_collector_is_named_whatever_else_is_said() {
    let elsewhere = [("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_TRACES_SAMPLER", "jaeger_remote")];
    assert!(load(&elsewhere).ok().unwrap().traces.is_none());
}

#[test]
fn a_collector_has_a_place_for_traces_and_an_endpoint_is_as_it_is() {
    for (base, url) in [
        ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
        ("http://127.0.0.1:4318/", "http://127.0.0.1:4318/v1/traces"),
        ("https://otlp.example.com/tenants/7/", "https://otlp.example.com/tenants/7/v1/traces"),
    ] {
        assert_eq!(traces(&[("OTEL_EXPORTER_OTLP_ENDPOINT", base)]).url.as_str(), url);
    }
    let endpoint = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://otlp.example.com/here");
    assert_eq!(traces(&[COLLECTOR, endpoint]).url.as_str(), "https://otlp.example.com/here");
}

#[test]
fn an_address_holds_no_secret_for_it_is_shown() {
    for address in [
        "127.0.0.1:4318",
        "grpc://127.0.0.1:4317",
        "http://ann:Wj3k9s@127.0.0.1",
        "http://127.0.0.1?key=Wj3k9s",
        "http://",
    ] {
        let told = faults(&[("OTEL_EXPORTER_OTLP_ENDPOINT", address)]);
        assert!(told.contains("OTEL_EXPORTER_OTLP_ENDPOINT") && !told.contains("Wj3k9s"), "{address}: {told}");
    }
}

#[test]
fn headers_are_percent_encoded_pairs_and_do_not_print() {
    let headers = "x-api-key = a%2Cb=c==,Authorization=Basic%20Wj3k9s";
    let settings = traces(&[COLLECTOR, ("OTEL_EXPORTER_OTLP_HEADERS", headers)]);
    let value = |name: &str| settings.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    assert_eq!(value("x-api-key"), Some(HeaderValue::from_static("a,b=c==")));
    assert_eq!(value("authorization"), Some(HeaderValue::from_static("Basic Wj3k9s")));
    assert!(!format!("{:?}", settings.headers).contains("Wj3k9s"));
    for refused in ["Wj3k9s", "=Wj3k9s", "a b=Wj3k9s", "x-key=%0d%0aWj3k9s", "x-key=%ff", "content-type=Wj3k9s"] {
        let told = faults(&[COLLECTOR, ("OTEL_EXPORTER_OTLP_HEADERS", refused)]);
        assert!(told.contains("OTEL_EXPORTER_OTLP_HEADERS") && !told.contains("Wj3k9s"), "{refused}: {told}");
    }
}

#[test]
fn samplers_are_those_of_the_specification_that_need_nobody_else() {
    let rate = |text: &str| text.parse::<Rate>().unwrap();
    for (sampler, heeds_parent, expected) in [
        ("", true, "0.25"),
        ("parentbased_traceidratio", true, "0.25"),
        ("traceidratio", false, "0.25"),
        ("always_on", false, "1"),
        ("always_off", false, "0"),
        ("parentbased_always_on", true, "1"),
        ("parentbased_always_off", true, "0"),
    ] {
        let variables = [COLLECTOR, ("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", "0.25")];
        assert_eq!(traces(&variables).sampler, Sampler { rate: rate(expected), heeds_parent }, "{sampler}");
    }
    assert_eq!(traces(&[COLLECTOR]).sampler, Sampler { rate: Rate::ALL, heeds_parent: true });
}

#[test]
fn what_can_not_be_done_is_told_all_at_once() {
    let told = faults(&[
        COLLECTOR,
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ("OTEL_TRACES_SAMPLER", "jaeger_remote"),
        ("OTEL_TRACES_SAMPLER_ARG", "2"),
        ("OTEL_RESOURCE_ATTRIBUTES", "nonsense"),
    ]);
    for name in [
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "OTEL_TRACES_SAMPLER (",
        "OTEL_TRACES_SAMPLER_ARG (",
        "OTEL_RESOURCE_ATTRIBUTES",
    ] {
        assert!(told.contains(name), "{name} in:\n{told}");
    }
}

#[test]
fn a_service_is_called_as_the_product_is_unless_somebody_says_otherwise() {
    let told = |variables: &[(&str, &str)]| {
        let resource = traces(variables).resource;
        let names = resource.into_iter().filter(|(name, _)| name == "service.name");
        names.map(|(_, value)| value).collect::<Vec<_>>()
    };
    assert_eq!(told(&[COLLECTOR, ("PROJECT_NAME", "Shop")]), ["Shop"]);
    assert_eq!(told(&[COLLECTOR, ("PROJECT_NAME", "Shop"), ("OTEL_SERVICE_NAME", "api")]), ["api"]);
    let attribute = ("OTEL_RESOURCE_ATTRIBUTES", "service.name=other,service.namespace=a%20b");
    assert_eq!(told(&[COLLECTOR, attribute]), ["other"], "nobody says two names");
    assert_eq!(told(&[COLLECTOR, attribute, ("OTEL_SERVICE_NAME", "api")]), ["api"], "the more exact one counts");
}
