//! How many requests one person, or one address, may send. An address is that of the connection: what
//! `X-Forwarded-For` says is ignored, as anybody can write it.
//!
//! Each gateway counts by itself; with Redis all of them count together as well, and the stricter count holds. A
//! gateway that Redis does not answer goes on with its own count: then a person may send as much through each
//! gateway, never more.

mod shared;

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, StatusCode};
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use taskfold_contracts::ids::UserId;

use super::Options;
use crate::problem::Problem;
use crate::redis::Redis;
use shared::Shared;

/// A steady rate, and how much may come at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second in the long run.
    pub per_second: u32,
    /// Requests at once.
    pub burst: u32,
}

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Counted {
    Person(UserId),
    Address(IpAddr),
}

type Local =
    RateLimiter<Counted, DashMapStateStore<Counted>, DefaultClock, StateInformationMiddleware>;

pub(super) struct Rates {
    general: Option<Limiter>,
    sign_in: Option<Limiter>,
}

struct Limiter {
    rate: Rate,
    /// Time that brings one request more.
    interval: Duration,
    local: Local,
    shared: Option<Shared>,
    clock: DefaultClock,
}

/// What became of a request.
#[derive(Debug, Clone, Copy)]
enum Verdict {
    Admitted { remaining: u32 },
    Refused { wait: Duration },
}

/// What is left, for the headers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    limit: u32,
    remaining: u32,
    reset: u64,
}

impl Rates {
    pub(super) fn new(options: &Options, redis: Option<&Redis>) -> Self {
        let limiter = |rate: Option<Rate>, name| {
            let shared = redis.map(|redis| Shared::new(redis.clone(), name));
            rate.and_then(|rate| Limiter::new(rate, shared))
        };
        Self {
            general: limiter(options.rate, "api"),
            sign_in: limiter(options.sign_in_rate, "sign-in"),
        }
    }

    pub(super) async fn count(&self, who: Counted) -> Result<Option<Left>, (Problem, Left)> {
        count(self.general.as_ref(), who).await
    }

    pub(super) async fn count_sign_in(
        &self,
        who: Counted,
    ) -> Result<Option<Left>, (Problem, Left)> {
        count(self.sign_in.as_ref(), who).await
    }

    /// Forgets who has not come for a while.
    pub(super) fn sweep(&self) {
        for limiter in [&self.general, &self.sign_in].into_iter().flatten() {
            limiter.local.retain_recent();
            limiter.local.shrink_to_fit();
        }
    }
}

async fn count(limiter: Option<&Limiter>, who: Counted) -> Result<Option<Left>, (Problem, Left)> {
    match limiter {
        None => Ok(None),
        Some(limiter) => limiter.tell(limiter.check(who).await).map(Some),
    }
}

impl Limiter {
    /// None when the rate is no rate.
    fn new(rate: Rate, shared: Option<Shared>) -> Option<Self> {
        let (per_second, burst) = (
            NonZeroU32::new(rate.per_second)?,
            NonZeroU32::new(rate.burst)?,
        );
        let quota = Quota::per_second(per_second).allow_burst(burst);
        Some(Self {
            rate,
            interval: quota.replenish_interval(),
            local: RateLimiter::dashmap(quota).with_middleware::<StateInformationMiddleware>(),
            shared,
            clock: DefaultClock::default(),
        })
    }

    /// This process's own count comes first: whoever is beyond it is beyond the shared one, and a flood stays
    /// away from Redis.
    async fn check(&self, who: Counted) -> Verdict {
        let own = self.check_own(who);
        let (Verdict::Admitted { .. }, Some(shared)) = (&own, &self.shared) else {
            return own;
        };
        shared.check(self, who).await.unwrap_or(own)
    }

    fn check_own(&self, who: Counted) -> Verdict {
        match self.local.check_key(&who) {
            Ok(state) => Verdict::Admitted {
                remaining: state.remaining_burst_capacity(),
            },
            Err(refused) => Verdict::Refused {
                wait: refused.wait_time_from(self.clock.now()),
            },
        }
    }

    fn tell(&self, verdict: Verdict) -> Result<Left, (Problem, Left)> {
        let limit = self.rate.burst;
        match verdict {
            Verdict::Admitted { remaining } => Ok(Left {
                limit,
                remaining,
                reset: whole(self.interval * limit.saturating_sub(remaining)),
            }),
            Verdict::Refused { wait } => {
                let seconds = whole(wait.max(Duration::from_millis(1)));
                let detail = format!("too many requests; try again in {seconds} s");
                let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate_limited", detail)
                    .with_retry_after(seconds);
                let left = Left {
                    limit,
                    remaining: 0,
                    reset: seconds,
                };
                Err((problem, left))
            }
        }
    }
}

impl Left {
    pub(super) fn write(self, headers: &mut HeaderMap) {
        headers.insert(
            HeaderName::from_static("ratelimit-limit"),
            self.limit.into(),
        );
        headers.insert(
            HeaderName::from_static("ratelimit-remaining"),
            self.remaining.into(),
        );
        headers.insert(
            HeaderName::from_static("ratelimit-reset"),
            self.reset.into(),
        );
    }
}

/// Seconds, a part of one counted as one.
fn whole(span: Duration) -> u64 {
    span.as_secs() + u64::from(span.subsec_nanos() > 0)
}
