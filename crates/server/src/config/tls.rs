//! The settings of TLS.

use std::net::SocketAddr;

use super::{
    Http, Web,
    reader::{Read, Reader},
};
use crate::certificate::CertificateFiles;

/// Without a look into the files: a broken one keeps nothing from its work but what serves.
pub(super) fn files(reader: &mut Reader<'_>) -> Read<Option<CertificateFiles>> {
    let (certificate, key) = ("http.tls_certificate", "http.tls_key");
    match (reader.optional_text(certificate)?, reader.optional_text(key)?) {
        (Some(certificate), Some(key)) => {
            Ok(Some(CertificateFiles { certificate: certificate.into(), key: key.into() }))
        }
        (None, None) => Ok(None),
        (Some(_), None) => Err(reader.refuse(key, "is missing", "the file of the key to http.tls_certificate")),
        (None, Some(_)) => Err(reader.refuse(certificate, "is missing", "the file of the certificate to http.tls_key")),
    }
}

/// Only where there is something to lead to.
pub(super) fn redirect(
    reader: &mut Reader<'_>,
    http: &Read<Http>,
    web: &Read<Web>,
    metrics: &Read<Option<SocketAddr>>,
) -> Read<Option<SocketAddr>> {
    let key = "http.redirect_address";
    if reader.optional_text(key)?.is_none() {
        return Ok(None);
    }
    let address: SocketAddr = reader.parsed(key, "an address and a port, such as 0.0.0.0:80")?;
    if let Ok(Http { tls: None, .. }) = http {
        return Err(reader.refuse(
            key,
            "leads to TLS, which is not spoken here",
            "set http.tls_certificate and http.tls_key",
        ));
    }
    if web.as_ref().is_ok_and(|web| !web.dashboard_host.starts_with("https://")) {
        let fix = "set web.frontend_host to an address that begins with https:";
        return Err(reader.refuse(key, "leads to an address without TLS", fix));
    }
    if address.port() != 0 && http.as_ref().is_ok_and(|http| http.address.port() == address.port()) {
        return Err(reader.refuse(key, "has the port of http.address", "a port of its own, such as 80"));
    }
    if address.port() != 0 && matches!(metrics, Ok(Some(metrics)) if metrics.port() == address.port()) {
        return Err(reader.refuse(key, "has the port of metrics.address", "a port of its own, such as 80"));
    }
    Ok(Some(address))
}
