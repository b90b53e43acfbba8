//! The settings in force that decide what happens to people, in words.

use std::time::Duration;

use crate::{pages::events::FactView, request::SessionUser, words};

pub(super) fn in_force(user: &SessionUser) -> Vec<FactView> {
    let (policy, network, site) = (user.policy(), user.network(), &user.site().settings);
    let spans = &policy.sessions.spans;
    let trust = policy.sessions.trust_device;
    let scope = if network.cookies.is_secure() { "over TLS alone" } else { "over plain HTTP, too" };
    let others = network.origins.iter().filter(|origin| **origin != policy.links.frontend_host);
    let addresses = if policy.confirms_new_addresses() {
        "Count once they are confirmed"
    } else {
        "Count at once, but for whoever has a second factor"
    };
    vec![
        FactView::new("People reach it at", policy.links.frontend_host.as_str()),
        FactView::new("Other origins whose pages may call", listed(others)),
        FactView::new("Proxies that are trusted", listed(&network.trusted_proxies)),
        FactView::new("Cookie of sessions", format!("{}, {scope}", network.cookies.session.name())),
        FactView::new(
            "Sessions",
            format!("End {} after their last use, {} at the most", span(spans.idle), span(spans.absolute)),
        ),
        FactView::new(
            "Devices are trusted",
            if trust.is_zero() { "Never".to_owned() } else { format!("For {}, if their users choose so", span(trust)) },
        ),
        FactView::new("Access tokens", format!("Hold for {}", span(site.access_token_lifetime))),
        FactView::new("New addresses of users", addresses),
        FactView::new(
            "Audit events",
            policy.keep_audit.map_or_else(|| "Kept for good".to_owned(), |kept| format!("Kept for {}", span(kept))),
        ),
        FactView::new(
            "Mail is sent by this server",
            if site.sends_mail_itself { "Yes" } else { "No, by workers alone" },
        ),
    ]
}

fn span(span: Duration) -> String {
    words::span(span.as_secs())
}

fn listed<T: ToString>(values: impl IntoIterator<Item = T>) -> String {
    let values: Vec<String> = values.into_iter().map(|value| value.to_string()).collect();
    if values.is_empty() { "None".to_owned() } else { values.join(", ") }
}
