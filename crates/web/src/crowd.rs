//! How often one client may ask in all, counted in this process: a fence before everything that costs something.

use std::{
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use actix_web::{HttpRequest, HttpResponse};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use ironplate_application::limits::Throttle;
use ironplate_domain::AddressRange;

type Limiter = RateLimiter<AddressRange, DefaultKeyedStateStore<AddressRange>, DefaultClock, NoOpMiddleware>;

/// Memory has a bound: so often it is looked who has not asked for long.
const SWEEP_EVERY: u32 = 4_096;

/// How one who asked too often is told by a page; `None` where programs ask.
pub type TellByPage = fn(&HttpRequest, &Throttle) -> Option<HttpResponse>;

/// All clients of this server.
#[derive(Clone)]
pub struct Crowd(Option<Arc<Counted>>);

struct Counted {
    limiter: Limiter,
    permits: NonZeroU32,
    asked: AtomicU32,
}

impl Crowd {
    /// Each range of addresses may ask so often at once, and all of it again after the period; `None` counts nothing.
    #[must_use]
    pub fn new(quota: Option<(NonZeroU32, Duration)>) -> Self {
        let counted = quota.and_then(|(permits, period)| {
            let quota = Quota::with_period(period / permits.get())?.allow_burst(permits);
            Some(Arc::new(Counted { limiter: RateLimiter::keyed(quota), permits, asked: AtomicU32::new(0) }))
        });
        Self(counted)
    }

    /// Counts one request of this client.
    ///
    /// # Errors
    /// It was one too many.
    pub fn admit(&self, client: AddressRange) -> Result<(), Throttle> {
        let Some(Counted { limiter, permits, asked }) = self.0.as_deref() else { return Ok(()) };
        if asked.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        limiter.check_key(&client).map_err(|not_until| {
            let retry_after = not_until.wait_time_from(DefaultClock::default().now());
            let reset_after = not_until.quota().replenish_interval() * permits.get();
            Throttle { permits: permits.get(), retry_after, reset_after }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(address: &str) -> AddressRange {
        AddressRange::of(address.parse().unwrap())
    }

    #[test]
    fn each_client_is_admitted_as_often_as_allowed() {
        let crowd = Crowd::new(Some((NonZeroU32::new(3).unwrap(), Duration::from_hours(1))));
        for _ in 0..3 {
            assert!(crowd.admit(client("192.0.2.1")).is_ok());
        }
        let throttle = crowd.admit(client("192.0.2.1")).unwrap_err();
        assert_eq!(throttle.permits, 3);
        assert!(throttle.retry_after <= Duration::from_mins(20) && throttle.retry_after > Duration::from_mins(19));
        assert!(crowd.admit(client("192.0.2.2")).is_ok());
    }

    #[test]
    fn a_household_is_one_client() {
        let crowd = Crowd::new(Some((NonZeroU32::new(1).unwrap(), Duration::from_hours(1))));
        assert!(crowd.admit(client("2001:db8:1:2::1")).is_ok());
        assert!(crowd.admit(client("2001:db8:1:2::2")).is_err());
        assert!(crowd.admit(client("2001:db8:1:3::1")).is_ok());
    }

    #[test]
    fn without_a_number_nobody_is_counted() {
        let crowd = Crowd::new(None);
        assert!((0..10_000).all(|_| crowd.admit(client("192.0.2.1")).is_ok()));
    }
}
