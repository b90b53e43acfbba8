//! Nobody sends a longer URL and header fields than anybody needs: requests keep them until they are answered.

use actix_web::{
    Error, ResponseError,
    body::{BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
};
use ironplate_web::head_bytes;

use crate::problem::Problem;

/// Twice what browsers and proxies agree on.
const MAX_BYTES: usize = 32 * 1024;

pub(crate) async fn head<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B, BoxBody>>, Error> {
    if head_bytes(request.request()) > MAX_BYTES {
        return Ok(request.into_response(Problem::head_too_large().error_response()).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}
