//! Nobody asks more often than all others can bear.

use actix_web::{
    Error,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};
use ironplate_measure::figures;
use ironplate_web::address;

use crate::app::App;

/// Those who watch over the server ask as often as they like.
const UNCOUNTED: [&str; 2] = ["/livez", "/readyz"];

pub(crate) async fn limit_client<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    let address = address(request.request()).filter(|_| !UNCOUNTED.contains(&request.path()));
    if let Some(address) = address {
        let app = App::of(request.request())?;
        if let Err(throttle) = app.client_rate_limiter().admit(address) {
            figures().met_limit("requests_per_client");
            let response = app.too_many(request.request(), &throttle);
            return Ok(request.into_response(response).map_into_right_body());
        }
    }
    Ok(next.call(request).await?.map_into_left_body())
}
