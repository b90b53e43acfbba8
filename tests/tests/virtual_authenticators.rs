//! Passkeys of a real browser, on authenticators within it: what they say is what the verifier takes.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ironplate_application::ports::{
    Asserted, Assertion, Ceremony, PasskeyVerifier, Registered, Registration, RelyingParty, Unverified,
    UserVerification,
};
use ironplate_crypto::WebAuthn;
use ironplate_domain::{CoseKey, CredentialId, TokenSecret};
use ironplate_tests::{AttachedAuthenticator, Browser, Setup, VirtualAuthenticator};
use serde_json::{Value, json};

#[tokio::test]
async fn who_is_recognised_needs_no_name() {
    let server = Setup::bare().start_on_localhost().await;
    let Some(browser) = Browser::on_localhost(&server).await else { return };
    browser.open("/dashboard/log-in").await;
    for authenticator in [VirtualAuthenticator::PLATFORM, VirtualAuthenticator::SECURITY_KEY] {
        let device = browser.attach(authenticator).await;
        is_recognised_by(&browser, &device).await;
        browser.detach(device).await;
    }
}

async fn is_recognised_by(browser: &Browser, device: &AttachedAuthenticator) {
    let registered = register(&create(browser, "required").await, browser, UserVerification::Required).unwrap();
    let passkeys = browser.passkeys(device).await;
    assert_eq!((passkeys.len(), &passkeys[0]["rpId"]), (1, &json!("localhost")));
    assert_eq!(bytes(&passkeys[0]["credentialId"]), registered.credential.bytes());

    let signed = get(browser, "required", &[]).await;
    assert_eq!(bytes(&signed["response"]["userHandle"]), (0..16).collect::<Vec<u8>>());
    let asserted = verify(&signed, &registered.key, browser, UserVerification::Required).unwrap();
    assert!(asserted.sign_count > registered.sign_count);

    browser.recognize(device, false).await;
    assert_eq!(get(browser, "required", &[]).await, "NotAllowedError");
    browser.recognize(device, true).await;
    browser.lose_passkey(device, passkeys[0]["credentialId"].as_str().unwrap()).await;
    assert_eq!(get(browser, "required", &[]).await, "NotAllowedError");
}

#[tokio::test]
async fn a_security_key_works_for_whoever_touches_it() {
    let server = Setup::bare().start_on_localhost().await;
    let Some(browser) = Browser::on_localhost(&server).await else { return };
    let key = browser.attach(VirtualAuthenticator::SIMPLE_SECURITY_KEY).await;
    browser.open("/dashboard/log-in").await;

    let made = create(&browser, "preferred").await;
    assert_eq!(register(&made, &browser, UserVerification::Required), Err(Unverified::UserUnverified));
    let registered = register(&made, &browser, UserVerification::Preferred).unwrap();
    let signed = get(&browser, "preferred", &[&made["id"]]).await;
    let required = verify(&signed, &registered.key, &browser, UserVerification::Required);
    assert_eq!(required, Err(Unverified::UserUnverified));
    verify(&signed, &registered.key, &browser, UserVerification::Preferred).unwrap();
    browser.detach(key).await;
}

/// By the browser's own JSON; the name of its error, if it refused.
async fn create(browser: &Browser, user_verification: &str) -> Value {
    let resident_key = if user_verification == "required" { "required" } else { "discouraged" };
    let options = json!({
        "rp": { "id": "localhost", "name": "Example" },
        "user": { "id": text(&(0..16).collect::<Vec<u8>>()), "name": "ann@example.com", "displayName": "Ann" },
        "challenge": challenge().expose(),
        "pubKeyCredParams": [{ "type": "public-key", "alg": -7 }],
        "authenticatorSelection": { "residentKey": resident_key, "userVerification": user_verification },
        "attestation": "none",
    });
    let script = format!(
        "const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON({options});
         return navigator.credentials.create({{ publicKey }}).then((made) => made.toJSON(), (error) => error.name);"
    );
    browser.script(&script).await
}

/// The same, of one of these passkeys, or whichever there is.
async fn get(browser: &Browser, user_verification: &str, ids: &[&Value]) -> Value {
    let allowed: Vec<_> = ids.iter().map(|id| json!({ "type": "public-key", "id": id })).collect();
    let options = json!({
        "rpId": "localhost",
        "challenge": challenge().expose(),
        "allowCredentials": allowed,
        "userVerification": user_verification,
        "timeout": 2_000,
    });
    let script = format!(
        "const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON({options});
         return navigator.credentials.get({{ publicKey }}).then((signed) => signed.toJSON(), (error) => error.name);"
    );
    browser.script(&script).await
}

fn register(made: &Value, browser: &Browser, user: UserVerification) -> Result<Registered, Unverified> {
    let part = |name: &str| bytes(&made["response"][name]);
    let registration =
        Registration { client_data: part("clientDataJSON"), attestation_object: part("attestationObject") };
    WebAuthn.register(&registration, Ceremony { party: &party(browser), challenge: &challenge(), user })
}

fn verify(signed: &Value, key: &CoseKey, browser: &Browser, user: UserVerification) -> Result<Asserted, Unverified> {
    let part = |name: &str| bytes(&signed["response"][name]);
    let assertion = Assertion {
        credential: CredentialId::new(&bytes(&signed["rawId"])).unwrap(),
        client_data: part("clientDataJSON"),
        authenticator_data: part("authenticatorData"),
        signature: part("signature"),
        user_handle: None,
    };
    WebAuthn.verify(&assertion, key, Ceremony { party: &party(browser), challenge: &challenge(), user })
}

fn party(browser: &Browser) -> RelyingParty {
    let origins = vec![browser.origin().to_owned()];
    RelyingParty { id: "localhost".to_owned(), name: "Example".to_owned(), origins }
}

fn challenge() -> TokenSecret {
    TokenSecret::new(&text(&[7; 32]))
}

fn text(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap_or_else(|| panic!("no text: {text}"));
    BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()
}
