//! Accounts as text for a terminal, and as JSON.

use ironplate_application::{
    organizations::SoleOwnership,
    ports::{OwnOrganization, OwnedCounts},
    users::UserDetails,
};
use ironplate_domain::{Email, User};
use ironplate_http::UserPublic;
use serde_json::{Value, json};

use crate::table::{Facts, Table, moment};

pub(super) fn table(users: &[User]) -> Table<6> {
    let head = ["ID", "ADDRESS", "NAME", "STATE", "RANK", "CREATED"];
    let row = |user: &User| {
        let name = user.full_name.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default();
        let (state, rank) = (state(user), rank(user).to_owned());
        [user.id.to_string(), user.email.to_string(), name, state, rank, moment(user.created_at)]
    };
    Table { head, rows: users.iter().map(row).collect() }
}

pub(super) fn facts(details: &UserDetails) -> Facts {
    let UserDetails { user, owned, organizations, sole_owned, last_seen, is_last_superuser, .. } = details;
    let last = if *is_last_superuser { ", the last active one: stays" } else { "" };
    let mut facts = vec![
        ("Id", user.id.to_string()),
        ("Address", user.email.to_string()),
        ("Name", user.full_name.as_ref().map_or("none", |name| name.as_str()).to_owned()),
        ("State", state(user)),
        ("Rank", rank(user).to_owned() + last),
    ];
    if !owned.is_empty() {
        facts.push(("Owns", owned_text(owned)));
    }
    facts.push(("Created", moment(user.created_at)));
    facts.push(("Last seen", last_seen.map_or_else(|| "no session is remembered".to_owned(), moment)));
    if details.authenticator_apps + details.passkeys > 0 {
        let (apps, passkeys) = (details.authenticator_apps, details.passkeys);
        facts.push(("Second factor", format!("{passkeys} passkeys, {apps} authenticator apps")));
    }
    for own in organizations {
        let is_sole = sole_owned.iter().any(|sole| sole.id == own.organization.id);
        facts.push(("Member of", membership(own, is_sole)));
    }
    if let Some(address) = &details.pending {
        facts.push(("New address", format!("{address}, not confirmed yet")));
    }
    Facts(facts)
}

/// `Acme (acme), as owner`.
fn membership(own: &OwnOrganization, is_sole: bool) -> String {
    let OwnOrganization { organization, role, .. } = own;
    let sole = if is_sole { ", the only one: stays, unless it goes, too" } else { "" };
    format!("{} ({}), as {role}{sole}", organization.name.as_str(), organization.slug)
}

/// All that goes with an account: `3 items, 1 projects and the organisations Acme and Umbrella`.
pub(super) fn all_of(details: &UserDetails) -> String {
    let owned = (!details.owned.is_empty()).then(|| owned_text(&details.owned));
    let organizations = match &details.sole_owned[..] {
        [] => None,
        [one] => Some(format!("the organisation {}", one.name.as_str())),
        many => Some(format!("the organisations {}", SoleOwnership(many.to_vec()))),
    };
    let all: Vec<_> = owned.into_iter().chain(organizations).collect();
    if all.is_empty() { "nothing else".to_owned() } else { all.join(" and ") }
}

/// What users own, by its number: `3 items, 1 projects`.
fn owned_text(owned: &OwnedCounts) -> String {
    let counts = owned.iter().map(|(name, count)| format!("{count} {}", name.replace('_', " ")));
    counts.collect::<Vec<_>>().join(", ")
}

/// As the API has it, and whether there is a password.
pub(super) fn json(user: &User) -> Value {
    merged([json!(UserPublic::from(user.clone())), json!({ "has_password": user.password_hash.is_some() })])
}

pub(super) fn details_json(details: &UserDetails) -> Value {
    let UserDetails { user, owned, organizations, sole_owned, .. } = details;
    let organizations: Vec<Value> = organizations
        .iter()
        .map(|OwnOrganization { organization, role, joined_at }| {
            json!({
                "id": organization.id.to_string(),
                "name": organization.name.as_str(),
                "slug": organization.slug.as_str(),
                "role": role.name(),
                "joined_at": joined_at.to_string(),
                "is_only_owner": sole_owned.iter().any(|sole| sole.id == organization.id),
            })
        })
        .collect();
    let more = json!({
        "organizations": organizations,
        "pending_email": details.pending.as_ref().map(Email::as_str),
        "authenticator_apps": details.authenticator_apps,
        "passkeys": details.passkeys,
        "last_seen_at": details.last_seen.map(|at| at.to_string()),
        "is_last_superuser": details.is_last_superuser,
    });
    merged([json(user), json!(owned), more])
}

/// One object with the fields of all.
fn merged<const N: usize>(objects: [Value; N]) -> Value {
    Value::Object(objects.into_iter().filter_map(|object| object.as_object().cloned()).flatten().collect())
}

fn state(user: &User) -> String {
    let state = match (user.is_active, user.password_hash.is_some()) {
        (false, _) => "inactive",
        (true, true) => "active",
        (true, false) => "invited",
    };
    if user.is_verified { state.to_owned() } else { format!("{state}, unverified") }
}

fn rank(user: &User) -> &'static str {
    if user.is_superuser { "superuser" } else { "user" }
}
