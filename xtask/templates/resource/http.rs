//! «Label».

use actix_web::web::Json;
use «product»_application::«nouns»::{Create«Type», «Type»Order};
use «product»_domain::{«imports.http»};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Answer, operations};
use crate::{
    app::App,
    caller::CurrentUser,
    [%- if conflicts or in_use %]
    description::Conflict,
    [%- endif %]
    input::{«imports.input»},
    schemas::{Listed, Message, PageOf},
};

operations!(read_«nouns», create_«noun», read_«noun», update_«noun», [% for action in actions %]«action.name»_«noun», [% endfor %][% if moves %]move_«noun», [% endif %]delete_«noun»);

bounded_texts!([% for f in texts %]«f.type»[% if not loop.last %], [% endif %][% endfor %]);[% for f in enums %][% if f.is_sent %]
named!(«f.type»);[% endif %][% endfor %]

impl PathId for «Type»Id {
    const NAME: &'static str = "«placeholder»";
}

/// «A» «words».
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    [% for f in sent %]"«f.name»": «f.json_answered», [% endfor %]"id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11",
    "owner_id": "019ab3c2-7a00-7d11-9c52-0f6e2b8a4d10",[% if by_either %] "organization_id": null,[% elif by_organizations %] "organization_id": "019ab3c2-7a00-7d11-9c52-0f6e2b8a4d10",[% endif %]
    [% for f in acted %]"«f.name»": «f.json_answered», [% endfor %]"created_at": "2026-11-22T01:27:58.151226Z"
}))]
pub(super) struct «Type»Public {
    [%- for f in sent %]
    #[schema(schema_with = described::<«f.presence_answered»>)]
    «f.name»: «f.wire»,
    [%- endfor %]
    id: Uuid,
    /// Whose it is[% if by_either %]: of a user or an organisation[% endif %].
    owner_id: Uuid,
    [%- if by_either %]
    /// The organisation whose it is; null where it is a user's.
    organization_id: Option<Uuid>,
    [%- elif by_organizations %]
    /// The same: it is an organisation's.
    organization_id: Uuid,
    [%- endif %]
    [%- for f in acted %]
    /// [% for v in f.variants %]`«v.name»`[% if not loop.last %] or [% endif %][% endfor %].
    «f.name»: «f.wire»,
    [%- endfor %]
    #[schema(format = DateTime)]
    created_at: Option<String>,
}

impl From<«Type»> for «Type»Public {
    fn from(«noun»: «Type») -> Self {
        let «Type» { id, owner, [% for f in fields %]«f.name», [% endfor %]created_at } = «noun»;
        Self {
            [%- for f in sent %]
            «f.name»[% if f.to_wire != f.name %]: «f.to_wire»[% endif %],
            [%- endfor %]
            id: id.0,
            owner_id: owner.id(),
            [%- if by_either %]
            organization_id: owner.organization().map(|organization| organization.0),
            [%- elif by_organizations %]
            organization_id: owner.id(),
            [%- endif %]
            [%- for f in acted %]
            «f.name»: «f.to_wire»,
            [%- endfor %]
            created_at: Some(created_at.to_string()),
        }
    }
}

/// A page of «plural».
type «Types»Public = PageOf<«Type»Public>;

impl Listed for «Type»Public {
    const PAGES: &'static str = "«Types»Public";
    const PAGE: &'static str = "A page of «plural».";
}

[% if by_organizations -%]
/// «A» «words» to make, and for which organisation[% if by_either %], if not for oneself[% endif %].
pub(crate) struct New«Type» {
    command: Create«Type»,
    organization: [% if by_either %]Option<OrganizationId>[% else %]OrganizationId[% endif %],
}

[% endif -%]
json_body! {
    /// A new «words».
    «Type»Create -> [% if by_organizations %]New«Type»[% else %]Create«Type»[% endif %] {
        [%- for f in sent %]
        «f.name»: «f.presence_made»,
        [%- endfor %]
        [%- if by_either %]
        /// Whose it shall be; null or left out: one's own.
        organization_id: Nullable<OrganizationId>,
        [%- elif by_organizations %]
        /// Whose it shall be.
        organization_id: Required<OrganizationId>,
        [%- endif %]
    }
    example {[% for f in sent %]"«f.name»": «f.json»[% if not loop.last %], [% endif %][% endfor %][% if not by_users %], "organization_id": "019ab3c2-7a00-7d11-9c52-0f6e2b8a4d10"[% endif %]}
    [%- if by_organizations %]
    => New«Type» {
        command: Create«Type» { [% for f in sent %]«f.name»[% if f.from_made != f.name %]: «f.from_made»[% endif %][% if not loop.last %], [% endif %][% endfor %] },
        organization: organization_id[% if by_either %].flatten()[% endif %],
    }
    [%- else %]
    => Create«Type» { [% for f in sent %]«f.name»[% if f.from_made != f.name %]: «f.from_made»[% endif %][% if not loop.last %], [% endif %][% endfor %] }
    [%- endif %]
}

[% if moves -%]
json_body! {
    /// Where «a» «words» shall go.
    «Type»Move -> Option<OrganizationId> {
        /// To which organisation; null: to oneself.
        organization_id: Required<Option<OrganizationId>>,
    }
    example {"organization_id": "019ab3c2-7d1e-7c44-b1f0-5a0d6d1f3c11"}
    => organization_id
}

[% endif -%]
json_body! {
    /// What to change of «a» «words»; what is left out stays.
    «Type»Update -> «Type»Changes {
        [%- for f in sent %]
        «f.name»: «f.presence_changed»,
        [%- endfor %]
    }
    example {"«title.name»": «example_changed»}
    => «Type»Changes { [% for f in fields %]«f.name»[% if not f.is_sent %]: None[% endif %][% if not loop.last %], [% endif %][% endfor %] }
}

/// Read «Titles»
///
/// Retrieve «plural»: [% if by_either %]one's own, an organisation's, or everybody's for a superuser who names none[% elif by_users %]one's own, or everybody's for a superuser[% else %]an organisation's, or everybody's for a superuser who names none[% endif %].
#[utoipa::path(
    get, path = "/api/v1/«slug»/", tag = "«slug»", operation_id = "«slug»-read_«nouns»",
    responses((status = 200, description = "Successful Response", body = «Types»Public)),
)]
[% if by_organizations -%]
async fn read_«nouns»(app: App, call: Call<CurrentUser, (OfOrganization, Paging<«Type»Order>)>) -> Answer<«Types»Public> {
    let client = call.client;
    let (actor, (OfOrganization(organization), Paging(page))) = (call.caller.actor(), call.input);
    let order = page.order;
    let page = match organization {
        None => app.run(move |app| async move { app.«nouns».list(actor, page).await }).await?,
        Some(organization) => {
            app.run(move |app| async move { app.«nouns».list_of(actor, organization, page, &client).await }).await?
        }
    };
    Ok(Json(«Types»Public::new(page, order)))
}
[% else -%]
async fn read_«nouns»(app: App, call: Call<CurrentUser, Paging<«Type»Order>>) -> Answer<«Types»Public> {
    let (actor, Paging(page)) = (call.caller.actor(), call.input);
    let order = page.order;
    let page = app.run(move |app| async move { app.«nouns».list(actor, page).await }).await?;
    Ok(Json(«Types»Public::new(page, order)))
}
[% endif %]
/// Create «Title»
///
/// Create new «words».
#[utoipa::path(
    post, path = "/api/v1/«slug»/", tag = "«slug»", operation_id = "«slug»-create_«noun»",
    responses((status = 200, description = "Successful Response", body = «Type»Public)[% if conflicts %], Conflict[% endif %]),
)]
async fn create_«noun»(app: App, call: Call<CurrentUser, input::Json<«Type»Create>>) -> Answer<«Type»Public> {
    [%- if by_either %]
    let client = call.client;
    let (actor, input::Json(New«Type» { command, organization })) = (call.caller.actor(), call.input);
    let made = app.run(move |app| async move {
        match organization {
            None => app.«nouns».create(actor, command).await,
            Some(organization) => app.«nouns».create_in(actor, organization, command, &client).await,
        }
    });
    let «noun» = made.await?;
    [%- elif by_users %]
    let (actor, input::Json(command)) = (call.caller.actor(), call.input);
    let «noun» = app.run(move |app| async move { app.«nouns».create(actor, command).await }).await?;
    [%- else %]
    let client = call.client;
    let (actor, input::Json(New«Type» { command, organization })) = (call.caller.actor(), call.input);
    let made = app.run(move |app| async move { app.«nouns».create_in(actor, organization, command, &client).await });
    let «noun» = made.await?;
    [%- endif %]
    Ok(Json(«noun».into()))
}

/// Read «Title»
///
/// Get «words» by ID.
#[utoipa::path(
    get, path = "/api/v1/«slug»/{«placeholder»}", tag = "«slug»", operation_id = "«slug»-read_«noun»",
    responses((status = 200, description = "Successful Response", body = «Type»Public)),
)]
async fn read_«noun»(app: App, call: Call<CurrentUser, «Type»Id>) -> Answer<«Type»Public> {
    let client = call.client;
    let (actor, id) = (call.caller.actor(), call.input);
    let «noun» = app.run(move |app| async move { app.«nouns».read(actor, id, &client).await }).await?;
    Ok(Json(«noun».into()))
}

/// Update «Title»
///
/// Update «a» «words».
#[utoipa::path(
    put, path = "/api/v1/«slug»/{«placeholder»}", tag = "«slug»", operation_id = "«slug»-update_«noun»",
    responses((status = 200, description = "Successful Response", body = «Type»Public)[% if unique %], Conflict[% endif %]),
)]
async fn update_«noun»(app: App, call: Call<CurrentUser, («Type»Id, input::Json<«Type»Update>)>) -> Answer<«Type»Public> {
    let client = call.client;
    let (actor, (id, input::Json(changes))) = (call.caller.actor(), call.input);
    let «noun» = app.run(move |app| async move { app.«nouns».update(actor, id, changes, &client).await }).await?;
    Ok(Json(«noun».into()))
}

[% for action in actions -%]
/// «action.Words» «Title»
///
/// Make «a» «words» «action.to.words».
#[utoipa::path(
    post, path = "/api/v1/«slug»/{«placeholder»}/«action.slug»", tag = "«slug»", operation_id = "«slug»-«action.name»_«noun»",
    responses((status = 200, description = "Successful Response", body = «Type»Public)),
)]
async fn «action.name»_«noun»(app: App, call: Call<CurrentUser, «Type»Id>) -> Answer<«Type»Public> {
    let client = call.client;
    let (actor, id) = (call.caller.actor(), call.input);
    let «noun» = app.run(move |app| async move { app.«nouns».«action.name»(actor, id, &client).await }).await?;
    Ok(Json(«noun».into()))
}

[% endfor -%]
[% if moves -%]
/// Move «Title»
///
/// Make «a» «words» an organisation's, or one's own.
#[utoipa::path(
    post, path = "/api/v1/«slug»/{«placeholder»}/move", tag = "«slug»", operation_id = "«slug»-move_«noun»",
    responses((status = 200, description = "Successful Response", body = «Type»Public)[% if conflicts %], Conflict[% endif %]),
)]
async fn move_«noun»(app: App, call: Call<CurrentUser, («Type»Id, input::Json<«Type»Move>)>) -> Answer<«Type»Public> {
    let client = call.client;
    let (actor, (id, input::Json(to))) = (call.caller.actor(), call.input);
    let «noun» = app.run(move |app| async move { app.«nouns».move_to(actor, id, to, &client).await }).await?;
    Ok(Json(«noun».into()))
}

[% endif -%]
/// Delete «Title»
///
/// Delete «a» «words».
#[utoipa::path(
    delete, path = "/api/v1/«slug»/{«placeholder»}", tag = "«slug»", operation_id = "«slug»-delete_«noun»",
    responses((status = 200, description = "Successful Response", body = Message)[% if in_use %], Conflict[% endif %]),
)]
async fn delete_«noun»(app: App, call: Call<CurrentUser, «Type»Id>) -> Answer<Message> {
    let client = call.client;
    let (actor, id) = (call.caller.actor(), call.input);
    app.run(move |app| async move { app.«nouns».delete(actor, id, &client).await }).await?;
    Ok(Json(Message::new("«Words» deleted successfully")))
}
