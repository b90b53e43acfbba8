//! For whom passkeys sign.

use ironplate_application::ports::RelyingParty;

use super::{
    Http, Project, Web, origin,
    reader::{Read, Reader, Refused},
};

/// `None` where browsers use no passkeys: at an IP address, or without TLS.
pub(super) fn read(
    reader: &mut Reader<'_>,
    project: &Read<Project>,
    http: &Read<Http>,
    web: &Read<Web>,
) -> Read<Option<RelyingParty>> {
    let key = "web.passkey_domain";
    let given = reader.optional_text(key)?.map(|domain| domain.to_ascii_lowercase());
    let (Ok(project), Ok(http), Ok(web)) = (project, http, web) else { return Err(Refused) };
    let host = origin::name(&web.frontend_host);
    if let Some(domain) = &given
        && !host.as_ref().is_some_and(|host| is_within(host, domain) && is_a_domain(domain))
    {
        let fix = "the host of web.frontend_host or a domain above it, such as example.com for app.example.com";
        return Err(reader.refuse(key, "is neither that host nor a domain above it", fix));
    }
    let Some(id) = given.clone().or(host).filter(|id| is_a_domain(id)) else { return Ok(None) };
    let mut origins = Vec::new();
    for origin in [&web.frontend_host, &web.dashboard_host].into_iter().chain(&http.cors_origins) {
        let is_of_ours = origin::secure_name(origin).is_some_and(|name| is_within(&name, &id));
        if is_of_ours && !origins.contains(origin) {
            origins.push(origin.clone());
        }
    }
    if origins.is_empty() && given.is_some() {
        let fix = "set web.frontend_host to an address that begins with https:, or leave this out";
        return Err(reader.refuse(key, "is of no use: browsers use no passkeys without TLS", fix));
    }
    Ok((!origins.is_empty()).then(|| RelyingParty { id, name: project.name.clone(), origins }))
}

fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// What browsers take for one, as far as that is known without their list of those that everybody may have a name below.
fn is_a_domain(name: &str) -> bool {
    name == "localhost" || name.split('.').filter(|label| !label.is_empty()).count() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_within_itself_and_the_domains_above_it() {
        for (host, domain, expected) in [
            ("app.example.com", "app.example.com", true),
            ("app.example.com", "example.com", true),
            ("app.example.com", "com", true),
            ("app.example.com", "ple.com", false),
            ("example.com", "app.example.com", false),
            ("example.com", "", false),
        ] {
            assert_eq!(is_within(host, domain), expected, "{host} {domain}");
        }
        assert!(is_a_domain("example.com") && is_a_domain("localhost"));
        assert!(!is_a_domain("com") && !is_a_domain(".com") && !is_a_domain(""));
    }
}
