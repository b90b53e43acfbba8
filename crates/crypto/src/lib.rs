#![doc = include_str!("../README.md")]

mod clock;
mod passwords;
mod sealer;
mod secrets;
mod strength;
mod tokens;
mod webauthn;

pub use clock::SystemClock;
pub use passwords::{PasswordHashing, Passwords};
pub use sealer::{AeadSecretSealer, AeadTokenSealer};
pub use secrets::{OsSecrets, random_text};
pub use strength::{GuessEstimate, MinimumScore, PasswordRules};
pub use tokens::JwtAccessTokens;
pub use webauthn::WebAuthn;
