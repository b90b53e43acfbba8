//! Health, for people, load balancers and orchestrators.

use actix_web::{HttpResponse, web::Json};
use ironplate_application::ports::Health;
use ironplate_measure::{Audience, redacted};
use ironplate_web::{NoNews, Reason};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Answer, operations};
use crate::{app::App, problem::Problem};

operations!(health_check, liveness, readiness);

/// The process answers.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"status": "alive"}))]
struct Liveness {
    status: &'static str,
}

/// Whether requests can be served.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"status": "ready", "reasons": []}))]
struct Readiness {
    /// `ready` or `unavailable`.
    status: &'static str,
    /// What is in the way.
    reasons: Vec<String>,
}

/// Health Check
#[utoipa::path(
    get, path = "/api/v1/utils/health-check/", tag = "utils", operation_id = "utils-health_check",
    responses((status = 200, description = "Successful Response", body = bool, content_type = "application/json")),
)]
async fn health_check() -> Answer<bool> {
    Ok(Json(true))
}

/// Liveness
///
/// The process answers. If it does not, restart it.
#[utoipa::path(
    get, path = "/livez", tag = "health", operation_id = "health-liveness",
    responses((status = 200, description = "Alive", body = Liveness)),
)]
async fn liveness() -> Answer<Liveness> {
    Ok(Json(Liveness { status: "alive" }))
}

/// Readiness
///
/// The database is reachable and migrated, and the server goes on. If not, send requests elsewhere.
#[utoipa::path(
    get, path = "/readyz", tag = "health", operation_id = "health-readiness",
    responses(
        (status = 200, description = "Ready", body = Readiness),
        (status = 503, description = "Not ready, and why", body = Readiness),
    ),
)]
async fn readiness(app: App) -> Result<HttpResponse, Problem> {
    if let Some(reason) = app.stage().unready() {
        let mut answer = unavailable(reason.to_owned(), None);
        answer.extensions_mut().insert(NoNews);
        return Ok(answer);
    }
    Ok(match app.health().await? {
        Health::Ready => HttpResponse::Ok().json(Readiness { status: "ready", reasons: Vec::new() }),
        Health::Unmigrated(pending) => {
            let pending = pending.join(", ");
            unavailable(format!("migrations have not run: {pending}; run `ironplate migrate`"), None)
        }
        Health::Unreachable(why) => unavailable("the database does not answer".to_owned(), Some(&why)),
        Health::ReadOnly => unavailable("the database is read-only: nothing can be written".to_owned(), None),
        Health::Unwritable(why) => unavailable(format!("nothing can be written: {why}"), None),
        Health::Exhausted { connections, lasting } => {
            let seconds = lasting.as_secs();
            let reason =
                format!("all connections to the database are in use: {connections} of {connections}, for {seconds} s");
            unavailable(reason, None)
        }
    })
}

/// The cause is for the log alone: it names machines.
fn unavailable(reason: String, cause: Option<&str>) -> HttpResponse {
    let told = cause.map_or_else(|| reason.clone(), |cause| format!("{reason}: {cause}"));
    let mut answer =
        HttpResponse::ServiceUnavailable().json(Readiness { status: "unavailable", reasons: vec![reason] });
    answer.extensions_mut().insert(Reason(redacted(&told, Audience::Operator).into()));
    answer
}
