#![doc = include_str!("../README.md")]

use std::sync::Arc;

use ironplate_application::{
    Application, Policy, Ports,
    ports::{
        MockAccessTokens, MockClock, MockMailRenderer, MockMailTransport, MockPasskeyVerifier, MockPasswordHasher,
        MockPasswordStrength, MockRateLimiter, MockSecretSealer, MockSecrets, MockStore, MockTokenSealer,
    },
};

/// The mocks that use cases of items have to do with.
#[derive(Default)]
pub struct Mocks {
    /// Where everything is kept.
    pub store: MockStore,
    /// Tells the time.
    pub clock: MockClock,
    /// Makes ids.
    pub secrets: MockSecrets,
}

impl Mocks {
    /// All services over these mocks. What else there is must not be called.
    #[must_use]
    pub fn application(self) -> Application {
        let ports = Ports {
            store: Arc::new(self.store),
            limiter: Arc::new(MockRateLimiter::new()),
            hasher: Arc::new(MockPasswordHasher::new()),
            strength: Arc::new(MockPasswordStrength::new()),
            tokens: Arc::new(MockAccessTokens::new()),
            passkey_verifier: Arc::new(MockPasskeyVerifier::new()),
            clock: Arc::new(self.clock),
            secrets: Arc::new(self.secrets),
            sealer: Arc::new(MockTokenSealer::new()),
            secret_sealer: Arc::new(MockSecretSealer::new()),
            renderer: Arc::new(MockMailRenderer::new()),
            transport: Arc::new(MockMailTransport::new()),
        };
        Application::new(&ports, &Arc::new(Policy::default()))
    }
}
