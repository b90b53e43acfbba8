//! The port of HTTP without TLS, where all that is told is where to go.

use std::net::SocketAddr;

use actix_web::{
    App, HttpRequest, HttpResponse,
    http::header::LOCATION,
    web::{self, Data},
};

use crate::{config::Http, failure::Failure, server::answer_aside};

/// Sends whoever asks at this address to the same path at an origin that has TLS, in the background, as long as there is this
/// process.
///
/// # Errors
/// The address is taken.
pub(crate) fn start(address: SocketAddr, origin: &str, http: &Http) -> Result<(), Failure> {
    let origin = Data::new(origin.to_owned());
    let app = move || App::new().app_data(origin.clone()).default_service(web::to(redirect));
    answer_aside(address, http, app).map(drop).map_err(|error| {
        let fix = "Choose another address by IRONPLATE__HTTP__REDIRECT_ADDRESS.";
        Failure(format!("Can't listen on {address} to redirect: {error}.\n{fix}"))
    })
}

/// 308: whatever was to be done there is to be done here. The host is not the client's word: whoever keeps answers for others
/// would keep a stranger's.
async fn redirect(request: HttpRequest, origin: Data<String>) -> HttpResponse {
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let path = if path.starts_with('/') { path } else { "/" };
    let mut answer = HttpResponse::PermanentRedirect();
    answer.insert_header((LOCATION, format!("{}{path}", origin.as_str())));
    answer.force_close().finish()
}
