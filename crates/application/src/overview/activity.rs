//! How many signed up and logged in, day by day.

use ironplate_domain::{AuditKind, Date, Timestamp};

use crate::ports::{AuditRepository, DayCount, StoreResult};

/// What a day had.
pub type Day = DayCount;

/// The last days, the earliest first and none left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Accounts made, and refused.
    pub sign_ups: Vec<Day>,
    /// Log-ins, and failed ones.
    pub log_ins: Vec<Day>,
}

impl Activity {
    /// How many days.
    pub const DAYS: u8 = 14;

    pub(super) async fn until(now: Timestamp, audit: &mut dyn AuditRepository) -> StoreResult<Self> {
        let today = i64::from(Date::of(now).days());
        let first = today - i64::from(Self::DAYS) + 1;
        let since = Date::from_days(first).begins();
        let sign_ups = audit.count_by_day(AuditKind::SignUp, since).await?;
        let log_ins = audit.count_by_day(AuditKind::LogIn, since).await?;
        let whole = |counted: &[DayCount]| (first..=today).map(|day| of_day(day, counted)).collect();
        Ok(Self { sign_ups: whole(&sign_ups), log_ins: whole(&log_ins) })
    }
}

fn of_day(day: i64, counted: &[DayCount]) -> DayCount {
    counted.iter().find(|count| count.day == day).copied().unwrap_or(DayCount { day, done: 0, failed: 0 })
}
