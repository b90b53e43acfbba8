//! Password strength that a test foresees.

use async_trait::async_trait;
use ironplate_application::ports::{ObviousWords, PasswordStrength, Weakness};
use ironplate_domain::Password;

/// Finds weak what begins with `weak` or contains an obvious word.
#[derive(Debug, Clone, Copy, Default)]
pub struct FakeStrength;

#[async_trait]
impl PasswordStrength for FakeStrength {
    async fn weakness(&self, password: &Password, obvious: &ObviousWords) -> Option<Weakness> {
        let text = password.expose();
        if text.starts_with("weak") {
            return Some(Weakness("It is weak.".to_owned()));
        }
        let is_obvious = obvious.0.iter().any(|word| !word.is_empty() && text.contains(word.as_str()));
        is_obvious.then(|| Weakness("It is obvious.".to_owned()))
    }
}
