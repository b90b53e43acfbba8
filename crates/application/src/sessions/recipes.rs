//! Failed log-ins that take the same time, whatever passwords were hashed by.

use super::Sessions;
use crate::ports::StoreResult;

/// Far more than any product has used.
const MOST: u32 = 100;

impl Sessions {
    /// Has a failed log-in cost the same for every account, and for none: the hasher learns by which recipes stored passwords
    /// were hashed. To be repeated, for accounts may be imported at any time.
    ///
    /// # Errors
    /// Storage failed; what the hasher knew before, it still knows.
    pub async fn learn_recipes(&self) -> StoreResult<()> {
        self.core.hasher.know(&self.core.store.read().await?.users().password_recipes(MOST).await?);
        Ok(())
    }
}
