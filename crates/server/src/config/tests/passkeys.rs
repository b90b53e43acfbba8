use ironplate_application::ports::RelyingParty;

use super::*;

fn party(variables: &[(&str, &str)]) -> Option<RelyingParty> {
    load(variables).map_err(|faults| faults.to_string()).unwrap().policy().relying_party
}

const DOMAIN: &str = "IRONPLATE__WEB__PASSKEY_DOMAIN";

#[test]
fn passkeys_are_of_the_product_s_host_or_of_a_domain_above_it() {
    for (frontend, given, id) in [
        ("https://app.example.com", "", "app.example.com"),
        ("https://app.example.com:8443", "", "app.example.com"),
        ("https://app.example.com", "app.example.com", "app.example.com"),
        ("https://app.example.com", "Example.com", "example.com"),
        ("http://localhost:8000", "", "localhost"),
        ("http://localhost:8000", "localhost", "localhost"),
    ] {
        let party = party(&[("FRONTEND_HOST", frontend), (DOMAIN, given), ("PROJECT_NAME", "Acme")]).unwrap();
        assert_eq!((&*party.id, &*party.name), (id, "Acme"), "{frontend} {given}");
        assert_eq!(party.origins[0], frontend);
    }
}

#[test]
fn another_domain_is_refused() {
    for (frontend, given) in [
        ("https://app.example.com", "example.org"),
        ("https://app.example.com", "www.example.com"),
        ("https://app.example.com", "ple.com"),
        ("https://app.example.com", "com"),
        ("https://app.example.com", ".com"),
        ("https://app.example.com", "https://example.com"),
        ("https://10.0.0.1", "10.0.0.1"),
        ("http://app.example.com", "example.com"),
    ] {
        let told = faults(&[("FRONTEND_HOST", frontend), (DOMAIN, given)]);
        assert!(told.contains(DOMAIN), "{frontend} {given}: {told}");
    }
}

#[test]
fn there_are_no_passkeys_at_an_address_or_without_tls() {
    for frontend in
        ["", "http://127.0.0.1:8000", "https://10.0.0.1", "https://[::1]", "http://app.example.com", "https://nas"]
    {
        assert_eq!(party(&[("FRONTEND_HOST", frontend)]), None, "{frontend}");
    }
}

#[test]
fn pages_of_the_domain_may_ask_for_passkeys() {
    let hosts = [
        ("FRONTEND_HOST", "https://app.example.com"),
        ("IRONPLATE__WEB__DASHBOARD_HOST", "https://api.example.com"),
        (
            "BACKEND_CORS_ORIGINS",
            "https://www.example.com,http://old.example.com,https://example.org,https://badexample.com,https://app.example.com",
        ),
    ];
    assert_eq!(party(&hosts).unwrap().origins, ["https://app.example.com"]);
    let above = [&hosts[..], &[(DOMAIN, "example.com")]].concat();
    let origins = ["https://app.example.com", "https://api.example.com", "https://www.example.com"];
    assert_eq!(party(&above).unwrap().origins, origins);
}
