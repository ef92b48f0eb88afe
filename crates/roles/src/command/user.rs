//! Commands on people.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use taskfold_contracts::commands::{RegisterUser, UserCommand};
use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::{Event, EventType};
use taskfold_contracts::ids::StreamId;
use taskfold_contracts::position::{Position, Version};
use taskfold_domain::{Decision, User};
use taskfold_log::{AppendError, Claim};

use super::Inner;
use super::append::{Failed, Outcome};
use super::execute::Taken;
use super::reply::WriteReply;
use super::request::CommandRequest;
use crate::problem::Problem;

/// How often it is tried: each person who had an address before, and was erased, takes one.
const TRIES: u32 = 64;
/// Events of one person that are folded; a person who signs in 100 times a day has room for years.
const LIMIT: usize = 500_000;

impl Inner {
    pub(crate) async fn execute_user(
        &self,
        request: &CommandRequest,
        command: &UserCommand,
    ) -> Result<WriteReply, Problem> {
        // Who had the address before, and was erased.
        let mut before = None;
        for _ in 0..TRIES {
            let taken = self.take_user(request, command).await;
            let taken = match taken {
                Ok(taken) => taken,
                Err(problem) => return self.earlier_reply(request).await?.ok_or(problem),
            };
            let seen = taken.seen;
            let mut write = self.write(request, taken)?;
            if let UserCommand::Register(register) = command {
                write.claims.push(claim(register, before));
            }
            let stored = match self.try_store(write, seen).await {
                Err(Failed::Append(AppendError::ClaimTaken { holder, .. }))
                    if before != Some(holder) && self.is_erased(holder).await? =>
                {
                    before = Some(holder);
                    continue;
                }
                other => other?,
            };
            match stored {
                Outcome::Stored(reply) => return Ok(*reply),
                // Somebody new has no stream yet: a conflict means that this person is known.
                Outcome::Conflict if matches!(command, UserCommand::Register(_)) => {
                    return Err(Problem::conflict(
                        "already_registered",
                        "this person is registered",
                    ));
                }
                // Its id is of the key, which is forgotten by now.
                Outcome::Conflict
                    if matches!(command, UserCommand::CreateWorkspace { .. })
                        && request.idempotency_key.is_some() =>
                {
                    return Err(AppendError::KeyReused.into());
                }
                Outcome::Conflict => {}
            }
        }
        Err(Problem::conflict(
            "contention",
            "others kept changing the same things; try again",
        ))
    }

    /// Whether this is somebody who was erased.
    async fn is_erased(&self, person: StreamId) -> Result<bool, Problem> {
        let rows = self.log.read_stream(person, Version(0), LIMIT).await?;
        let erased = EventType::UserErased.as_str();
        Ok(rows.iter().any(|row| &*row.header.event_type == erased))
    }

    async fn take_user(
        &self,
        request: &CommandRequest,
        command: &UserCommand,
    ) -> Result<Taken, Problem> {
        let zone = request.time_zone()?;
        let ctx = self.context(request, &zone);
        let seen = self.log.head(self.log.partition_of(request.workspace_id));
        if let UserCommand::Register(register) = command {
            let decision = taskfold_domain::register(&ctx, register)?;
            return Ok(taken(decision, &BTreeMap::new(), seen));
        }
        let user_id = request.principal.user_id;
        let rows = self
            .log
            .read_stream(user_id.into(), Version(0), LIMIT)
            .await?;
        let mut user = User::new(user_id);
        let mut stale = false;
        for row in &rows {
            let envelope = self.log.open_envelope(row)?;
            stale |= is_after(&envelope, request.if_match) && overwrites(command, &envelope.event);
            user.apply(&envelope);
        }
        let version = rows.last().map_or(Version(0), |row| row.header.version);
        if let (UserCommand::Update(_), Some(seen)) = (command, request.if_match)
            && (stale || seen > version.0)
        {
            return Err(Problem::stale(user_id, version, seen));
        }
        let decision = user.decide(&ctx, command)?;
        let mut known = BTreeMap::from([(StreamId::from(user_id), version)]);
        if let (UserCommand::Erase, Some(home)) = (command, user.personal_workspace_id) {
            let rows = self.log.read_stream(home.into(), Version(0), LIMIT).await?;
            let version = rows.last().map_or(Version(0), |row| row.header.version);
            known.insert(home.into(), version);
        }
        Ok(taken(decision, &known, seen))
    }
}

fn is_after(envelope: &Envelope, seen: Option<u64>) -> bool {
    seen.is_some_and(|seen| envelope.header.version.0 > seen)
}

/// Whether a command sets a field that an event has set.
fn overwrites(command: &UserCommand, event: &Event) -> bool {
    let (UserCommand::Update(wanted), Event::UserUpdated(set)) = (command, event) else {
        return false;
    };
    let both = [
        (wanted.display_name.is_some(), set.display_name.is_some()),
        (wanted.time_zone.is_some(), set.time_zone.is_some()),
        (wanted.locale.is_some(), set.locale.is_some()),
        (wanted.week_start.is_some(), set.week_start.is_some()),
        (wanted.theme.is_some(), set.theme.is_some()),
        (wanted.digest_time.is_some(), set.digest_time.is_some()),
        (wanted.channels.is_some(), set.channels.is_some()),
    ];
    both.contains(&(true, true))
}

/// Streams of which no version is known are new.
fn taken(decision: Decision, known: &BTreeMap<StreamId, Version>, seen: Position) -> Taken {
    let version_of = |stream| known.get(&stream).copied().unwrap_or(Version(0));
    let streams = decision.events.iter().map(|decided| decided.event.stream());
    let streams = streams.chain(decision.subject);
    let expected = streams.map(|stream| (stream, version_of(stream))).collect();
    Taken {
        decision,
        results: None,
        undoes: None,
        expected,
        seen,
    }
}

/// One address, one person. What was claimed stays claimed; whoever has the address of somebody who was erased has
/// it as their successor.
fn claim(register: &RegisterUser, before: Option<StreamId>) -> Claim {
    let email = &register.email;
    let text = match before {
        None => format!("email:{email}"),
        Some(before) => format!("email:{email}\nafter:{before}"),
    };
    Claim {
        key: Sha256::digest(text.as_bytes()).into(),
        stream: register.user_id.into(),
    }
}
