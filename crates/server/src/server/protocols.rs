//! One application behind both versions of HTTP.

use std::{future::ready, rc::Rc};

use actix_http::{HttpService, Protocol, Request, Response, error::DispatchError};
use actix_service::{Service, ServiceFactory, fn_factory, fn_service};
use actix_web::body::{BoxBody, MessageBody};
use tokio::net::TcpStream;

use super::{
    accept::{ConnectionOptions, Version, accept, socket},
    connection::{Connection, DISCONNECT_TIMEOUT},
    http2,
};

/// Whichever version of HTTP a client speaks, the same application answers.
pub(super) fn protocols<F, B>(
    app: F,
    options: ConnectionOptions,
) -> impl ServiceFactory<TcpStream, Config = (), Response = (), Error = DispatchError, InitError = ()>
where
    F: ServiceFactory<Request, Config = (), InitError = ()> + 'static,
    F::Response: Into<Response<B>>,
    F::Error: Into<Response<BoxBody>>,
    B: MessageBody + 'static,
{
    let app = Rc::new(app);
    fn_factory(move || {
        let (app, options) = (app.clone(), options.clone());
        async move {
            let app = Rc::new(app.new_service(()).await?);
            let same = app.clone();
            let http1 = HttpService::build()
                .keep_alive(options.times.keep_alive)
                .client_request_timeout(options.times.head)
                .client_disconnect_timeout(DISCONNECT_TIMEOUT)
                .on_connect_ext(Connection::introduce)
                .finish::<_, B>(fn_factory(move || ready(Ok::<_, ()>(same.clone()))));
            let http1 = Rc::new(http1.new_service(()).await?);
            Ok(fn_service(move |stream: TcpStream| {
                let (app, http1, options) = (app.clone(), http1.clone(), options.clone());
                async move {
                    match accept(stream, &options).await {
                        Ok((transport, Version::Http1)) => {
                            let client = socket(&transport).client();
                            http1.call((Connection::new(transport, &options), Protocol::Http1, client)).await?;
                        }
                        Ok((transport, Version::Http2)) => http2::serve::<_, B>(transport, app, &options).await,
                        // Whoever says nothing, or nothing of TLS, is gone without a word.
                        Err(error) => tracing::debug!(%error, "nothing was asked"),
                    }
                    Ok::<_, DispatchError>(())
                }
            }))
        }
    })
}
