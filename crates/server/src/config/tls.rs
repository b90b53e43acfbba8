//! The settings of TLS.

use std::net::SocketAddr;

use ironplate_application::with_causes;

use super::{
    Http, Web,
    reader::{Read, Reader},
};
use crate::certificate::{CERTIFICATE_FILE, CertificateFiles, KEY_FILE};

/// Without a look into the files: a broken one keeps nothing from its work but what serves.
pub(super) fn files(reader: &mut Reader<'_>) -> Read<Option<CertificateFiles>> {
    match (reader.optional_text(CERTIFICATE_FILE)?, reader.optional_text(KEY_FILE)?) {
        (Some(certificate), Some(key)) => {
            Ok(Some(CertificateFiles { certificate: certificate.into(), key: key.into() }))
        }
        (None, None) => Ok(None),
        (Some(_), None) => Err(reader.refuse(KEY_FILE, "is missing", "the file of the key to http.tls_certificate")),
        (None, Some(_)) => {
            Err(reader.refuse(CERTIFICATE_FILE, "is missing", "the file of the certificate to http.tls_key"))
        }
    }
}

/// With a look into them, for what serves.
pub(super) fn check(reader: &mut Reader<'_>) {
    let [Some(certificate), Some(key)] = [CERTIFICATE_FILE, KEY_FILE].map(|key| reader.peek(key)) else { return };
    if certificate.is_empty() || key.is_empty() {
        // That one is missing is told already.
        return;
    }
    let files = CertificateFiles { certificate: certificate.into(), key: key.into() };
    for (setting, error) in files.faults() {
        let fix = if setting == KEY_FILE {
            "a readable file with the key of the certificate, in PEM and without a password"
        } else {
            "a readable file with the certificate in PEM, and behind it those between it and an authority"
        };
        reader.refuse(setting, &with_causes(&error), fix);
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
    let address = reader.socket(key, "an address and a port, such as 0.0.0.0:80")?;
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
