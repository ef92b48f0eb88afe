//! The count that all gateways share: the generic cell rate algorithm (GCRA) in one script, so that a request is
//! looked at and counted in one step, by the clock of the server alone.

use std::time::Duration;

use redis::Script;
use redis::aio::ConnectionManager;

use super::{Counted, Limiter, Verdict};
use crate::redis::Redis;

/// Keeps one number a person: when the requests counted so far will be worked off ("theoretical arrival time", in
/// microseconds). It is gone when that is over. A clock that was set back delays nobody for longer than a burst.
/// Gives whether the request is admitted, how many more are, and how long to wait.
const GCRA: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local span = interval * burst
local due = tonumber(redis.call('GET', KEYS[1]) or now)
due = math.min(math.max(due, now), now + span)
if due + interval > now + span then
    return {0, 0, due + interval - now - span}
end
due = due + interval
redis.call('SET', KEYS[1], string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000))
return {1, math.floor((now + span - due) / interval), 0}
";

pub(super) struct Shared {
    redis: Redis,
    name: &'static str,
    script: Script,
}

impl Shared {
    pub(super) fn new(redis: Redis, name: &'static str) -> Self {
        Self {
            redis,
            name,
            script: Script::new(GCRA),
        }
    }

    /// Counts a request. None when Redis is away.
    pub(super) async fn check(&self, limiter: &Limiter, who: Counted) -> Option<Verdict> {
        let mut call = self.script.prepare_invoke();
        call.key(self.key(who))
            .arg(micros(limiter.interval))
            .arg(limiter.rate.burst);
        let call = &call;
        let command = |mut connection: ConnectionManager| async move {
            call.invoke_async::<(bool, u32, u64)>(&mut connection).await
        };
        let (admitted, remaining, wait) = self.redis.run(command).await?;
        Some(if admitted {
            Verdict::Admitted { remaining }
        } else {
            let wait = Duration::from_micros(wait);
            Verdict::Refused { wait }
        })
    }

    fn key(&self, who: Counted) -> String {
        let name = self.name;
        match who {
            Counted::Person(user) => format!("taskfold:rate:{name}:{user}"),
            Counted::Address(address) => format!("taskfold:rate:{name}:{address}"),
        }
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX).max(1)
}
