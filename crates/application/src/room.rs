//! Whether there is room for one more, where somebody may have so many.
#![allow(dead_code, reason = "what of it is used depends on which resources there are")]

/// More units of work than run at the same time, on all servers together.
const MANY_AT_ONCE: u64 = 1_000;

/// Whether those who add one more to so many have to wait for one another, or there could be more than `most`. Further away, those who are
/// under way cannot get there: only a unit of work that stands still while a thousand others of the same owner commit could add one too many.
pub(crate) fn is_near(count: u64, most: u32) -> bool {
    count >= far_from(most)
}

/// With fewer than so many, they don't.
pub(crate) fn far_from(most: u32) -> u64 {
    u64::from(most).saturating_sub(MANY_AT_ONCE)
}
