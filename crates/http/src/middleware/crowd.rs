//! Nobody asks more often than all others can bear.

use actix_web::{
    Error, ResponseError,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{CONTENT_TYPE, HeaderValue},
    middleware::Next,
};
use ironplate_web::range;

use crate::{app::App, problem::Problem};

/// Those who watch over the server ask as often as they like.
const UNCOUNTED: [&str; 2] = ["/livez", "/readyz"];

pub(crate) async fn crowd<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let range = range(request.request()).filter(|_| !UNCOUNTED.contains(&request.path()));
    if let Some(range) = range
        && let Err(throttle) = App::of(request.request())?.crowd().admit(range)
    {
        let problem = Problem::throttled("too_many_requests", &throttle);
        let mut response = problem.error_response();
        // Somebody reads it.
        if request.path().starts_with("/dashboard") {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
            response = response.set_body(BoxBody::new(format!("{throttle}.")));
        }
        return Ok(request.into_response(response).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}
