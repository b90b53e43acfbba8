//! How faults are told: the one place where they become pages.

mod confirm_first;
mod log_in_first;
mod page;

use actix_web::{
    Error, HttpRequest, HttpResponse, ResponseError,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};
use ironplate_application::limits::Throttle;
use ironplate_web::{Reason, wants_a_page};

use crate::{
    fault::{PageError, Rejection},
    request::{FormSender, SessionUser},
    shell::{Dashboard, PageResult},
};

/// Faults become pages here, where the request is known.
pub(crate) async fn tell_faults(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let response = next.call(request).await?;
    let page = match response.response().error().and_then(|error| error.as_error::<PageError>()) {
        Some(error) => tell_or_ask(error, response.request()).await,
        None => return Ok(response.map_into_boxed_body()),
    };
    Ok(ServiceResponse::new(response.into_parts().0, page))
}

/// Whoever has to prove first who they are is asked in place.
async fn tell_or_ask(error: &PageError, request: &HttpRequest) -> HttpResponse {
    let PageError::Rejected(Rejection { code: "recent_authentication_required", .. }) = error else {
        return tell(error, request);
    };
    match confirm_first::answer(request).await {
        Ok(page) => because(error, page),
        Err(error) => tell(&error, request),
    }
}

/// The page, or the way to one, that tells it; where not even that can be made, its code alone.
fn tell(error: &PageError, request: &HttpRequest) -> HttpResponse {
    let response = match error {
        PageError::LogInRequired(cookies) => log_in_first::answer(*cookies, request),
        PageError::Rejected(rejection) => page::of(rejection, request),
        PageError::WrongMethod(allow) if wants_a_page(request.head()) => page::of_wrong_method(allow, request),
        PageError::WrongMethod(allow) => {
            let by_the_api = Dashboard::of(request).and_then(|dashboard| dashboard.site().settings.wrong_method);
            return by_the_api.map_or_else(|| error.error_response(), |tell| tell(allow));
        }
    };
    because(error, response.unwrap_or_else(|_| error.error_response()))
}

fn because(error: &PageError, mut response: HttpResponse) -> HttpResponse {
    response.extensions_mut().insert(Reason(error.code().into()));
    response
}

/// The page for a browser that asked for pages too often; programs are told by the API.
#[must_use]
pub fn too_many(request: &HttpRequest, throttle: &Throttle) -> Option<HttpResponse> {
    wants_a_page(request.head()).then(|| tell(&PageError::too_many(*throttle), request))
}

/// Where there is no page, whoever asks.
pub(crate) async fn nothing_here(request: HttpRequest) -> PageResult {
    // Whoever is logged in is told so inside the shell.
    let _reader = SessionUser::recognise(&request).await;
    Err(PageError::missing())
}
