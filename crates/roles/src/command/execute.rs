//! Decide, append, and again when somebody else was faster.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use taskfold_contracts::commands::{Command, TriggerReminder};
use taskfold_contracts::envelope::ChangeContext;
use taskfold_contracts::ids::{ChangeId, StreamId};
use taskfold_contracts::position::{Position, Version};
use taskfold_domain::{Context, Decision, Rejection, Workspace};
use taskfold_log::AppendError;
use taskfold_spans::Kind;

use super::append::{Outcome, Write, replayed};
use super::reply::{BulkResult, Made, WriteReply};
use super::request::{BulkStep, CommandRequest, Work, chosen_id};
use super::{Inner, merge};
use crate::problem::Problem;
use crate::trace::{Trace, Tracer, WORKSPACE};

/// How often a command is decided when others keep changing what it relies on. One of them may be a process that
/// has the latest state in its memory, and so is faster each time.
const TRIES: u32 = 32;

/// A decision, and the state that it was taken on.
pub(crate) struct Taken {
    pub(crate) decision: Decision,
    pub(crate) results: Option<Vec<BulkResult>>,
    pub(crate) undoes: Option<ChangeId>,
    pub(crate) expected: BTreeMap<StreamId, Version>,
    pub(crate) seen: Position,
}

impl Inner {
    /// Carries a request out; when it returns an answer, its events are on disk.
    pub(crate) async fn execute(&self, request: CommandRequest) -> Result<WriteReply, Problem> {
        if let Work::User(command) = &request.work {
            return Box::pin(self.execute_user(&request, command)).await;
        }
        request.check()?;
        let partition = self.log.partition_of(request.workspace_id);
        if request.looks_back() {
            self.log.refresh(partition).await?;
        }
        let mut elsewhere = BTreeSet::new();
        for _ in 0..TRIES {
            let taken = self.decide(&request, &elsewhere).await;
            let taken = match taken {
                Ok(Some(taken)) => taken,
                Ok(None) => continue,
                Err(problem) => {
                    let earlier = Box::pin(self.earlier_reply(&request));
                    return earlier.await?.ok_or(problem);
                }
            };
            if let Work::Preview(_) = &request.work {
                return Ok(taken.preview());
            }
            let (seen, to_sweep) = (taken.seen, taken.decision.to_sweep());
            let write = self.write(&request, taken)?;
            let context = write.context;
            match self.store(write, seen).await? {
                Outcome::Stored(reply) => {
                    return Ok(self.settle(&context, *reply, &to_sweep).await);
                }
                Outcome::Conflict => {
                    self.conflicts.inc();
                    self.log.refresh(partition).await?;
                    elsewhere = Box::pin(self.elsewhere(&request)).await?;
                }
            }
        }
        Err(Problem::conflict(
            "contention",
            "others kept changing the same things; try again",
        ))
    }

    /// Decides, and tells how that went.
    async fn decide(
        &self,
        request: &CommandRequest,
        elsewhere: &BTreeSet<StreamId>,
    ) -> Result<Option<Taken>, Problem> {
        let (part, began) = (Trace::part(), Instant::now());
        let taken = self.take_knowing(request, elsewhere).await;
        if let Some(part) = part {
            part.tell((Kind::Internal, "decide"), began, |span| {
                let span = span
                    .with("taskfold.command", request.work.name())
                    .with(WORKSPACE, request.workspace_id.to_string());
                match &taken {
                    Ok(_) => span,
                    Err(problem) => span.failed(problem.code.clone()),
                }
            });
        }
        taken
    }

    /// Decides; once more when what it lacked may have been committed by another process a moment ago, which
    /// this one did not know yet. A decision that goes too far for want of knowledge conflicts when it is stored.
    async fn take_knowing(
        &self,
        request: &CommandRequest,
        elsewhere: &BTreeSet<StreamId>,
    ) -> Result<Option<Taken>, Problem> {
        let partition = self.log.partition_of(request.workspace_id);
        let known = self.log.head(partition);
        let taken = self.take(request, elsewhere).await;
        let lacks = match &taken {
            Ok(Some(taken)) => taken.refuses() || taken.leaves_be(request),
            Ok(None) | Err(_) => true,
        };
        if lacks && self.log.refresh(partition).await?.number > known.number {
            return Box::pin(self.take(request, elsewhere)).await;
        }
        taken
    }

    /// What is left to do when a change is on disk; nothing of it can make the change fail.
    async fn settle(
        &self,
        context: &ChangeContext,
        mut reply: WriteReply,
        to_sweep: &[StreamId],
    ) -> WriteReply {
        let settled = if to_sweep.is_empty() || reply.change_id != Some(context.change_id) {
            self.workspaces.catch_up(context.workspace_id).await
        } else {
            Box::pin(self.sweep(context, to_sweep)).await.map(|swept| {
                reply.position = swept.unwrap_or(reply.position);
            })
        };
        if let Err(problem) = settled {
            tracing::warn!(%problem, change_id = %context.change_id, "a change is stored and not settled");
        }
        reply
    }

    /// Decides; none when the state moved on meanwhile. What is rare is boxed: every request carries the room of
    /// the largest branch that is not.
    async fn take(
        &self,
        request: &CommandRequest,
        elsewhere: &BTreeSet<StreamId>,
    ) -> Result<Option<Taken>, Problem> {
        match &request.work {
            Work::Command(Command::Undo { change_id }) => {
                Box::pin(self.take_undo(request, *change_id)).await
            }
            Work::Command(Command::Redo { change_id }) => {
                Box::pin(self.take_redo(request, *change_id)).await
            }
            Work::Command(Command::Restore(restore)) => {
                Box::pin(self.take_restore(request, restore)).await
            }
            Work::UndoLast => Box::pin(self.take_undo_last(request)).await,
            Work::RedoLast => Box::pin(self.take_redo_last(request)).await,
            Work::Command(command) | Work::Preview(command) => {
                taken_elsewhere(command, elsewhere)?;
                self.take_command(request, command).await.map(Some)
            }
            Work::Bulk(steps) => {
                let taking = Box::pin(self.take_bulk(request, steps, elsewhere));
                taking.await.map(Some)
            }
            Work::Trigger(trigger) => self.take_trigger(request, trigger).await.map(Some),
            Work::User(_) => Err(Problem::internal(&"a user command was sent to a workspace")),
        }
    }

    async fn take_command(
        &self,
        request: &CommandRequest,
        command: &Command,
    ) -> Result<Taken, Problem> {
        let zone = request.time_zone()?;
        let folded = self.folded(request.workspace_id).await?;
        if let Some(seen) = request.if_match {
            Box::pin(merge::check(&self.log, &folded.workspace, command, seen)).await?;
        }
        let ctx = self.context(request, &zone);
        let decision = folded.workspace.decide(&ctx, command)?;
        Ok(Taken::new(decision, &folded.workspace, folded.upto))
    }

    async fn take_trigger(
        &self,
        request: &CommandRequest,
        trigger: &TriggerReminder,
    ) -> Result<Taken, Problem> {
        let zone = request.time_zone()?;
        let folded = self.folded(request.workspace_id).await?;
        let ctx = self.context(request, &zone);
        let decision = folded.workspace.trigger(&ctx, trigger);
        Ok(Taken::new(decision, &folded.workspace, folded.upto))
    }

    async fn take_bulk(
        &self,
        request: &CommandRequest,
        commands: &[BulkStep],
        elsewhere: &BTreeSet<StreamId>,
    ) -> Result<Taken, Problem> {
        let zone = request.time_zone()?;
        let folded = self.folded(request.workspace_id).await?;
        let (workspace, upto) = (&folded.workspace, folded.upto);
        let ctx = self.context(request, &zone);
        let (mut checked, mut possible) = (Vec::with_capacity(commands.len()), Vec::new());
        for step in commands {
            // Before all of them: what those before it do is no news to the caller.
            let fits = Box::pin(self.fits(workspace, step, elsewhere)).await;
            possible.extend(fits.is_ok().then(|| step.command.clone()));
            checked.push(fits);
        }
        let (decision, steps) = workspace.decide_each(&ctx, &possible);
        let (mut steps, mut end) = (steps.into_iter(), 0);
        let results = commands
            .iter()
            .map(|step| &step.command)
            .zip(checked)
            .filter_map(|(command, checked)| {
                let step = match checked.map(|()| steps.next()) {
                    Ok(step) => step?.map_err(Problem::from),
                    Err(problem) => Err(problem),
                };
                Some(match step {
                    Err(problem) => BulkResult::Refused(problem),
                    Ok(step) => {
                        end += step.events;
                        let before = step.subject.map_or(Version(0), |id| workspace.version(id));
                        BulkResult::done(command, step, (&decision.events[..end], before), upto)
                    }
                })
            });
        let results = results.collect();
        let mut taken = Taken::new(decision, workspace, upto);
        taken.results = Some(results);
        taken.decision.subject = None;
        Ok(taken)
    }

    /// Refuses one of several commands that would overwrite what its caller has not seen, or makes what is elsewhere.
    async fn fits(
        &self,
        workspace: &Workspace,
        step: &BulkStep,
        elsewhere: &BTreeSet<StreamId>,
    ) -> Result<(), Problem> {
        taken_elsewhere(&step.command, elsewhere)?;
        match step.if_match {
            Some(seen) => merge::check(&self.log, workspace, &step.command, seen).await,
            None => Ok(()),
        }
    }

    /// Ids chosen by the client that are those of things in other workspaces: asked for after a conflict, as the
    /// folded workspace cannot tell.
    async fn elsewhere(&self, request: &CommandRequest) -> Result<BTreeSet<StreamId>, Problem> {
        let mut found = BTreeSet::new();
        for id in request.chosen_ids() {
            let first = self.log.read_stream(id, Version(0), 1).await?;
            if first
                .iter()
                .any(|row| row.header.workspace_id != request.workspace_id)
            {
                found.insert(id);
            }
        }
        Ok(found)
    }

    pub(crate) fn context<'a>(
        &'a self,
        request: &CommandRequest,
        zone: &'a jiff::tz::TimeZone,
    ) -> Context<'a> {
        Context {
            actor: request.actor(),
            now: self.clock.now(),
            zone,
            ids: &*self.ids,
        }
    }

    pub(crate) fn write(&self, request: &CommandRequest, taken: Taken) -> Result<Write, Problem> {
        let change_id = Tracer::change_id(&*self.ids);
        let key = request
            .key()
            .map(|key| Ok::<_, Problem>((key, request.fingerprint()?)))
            .transpose()?;
        let context = ChangeContext {
            workspace_id: request.workspace_id,
            actor: request.actor(),
            change_id,
            undoes: taken.undoes,
            correlation_id: request.correlation_id,
            causation_id: None,
        };
        let reply = taken.reply(change_id);
        Ok(Write {
            context,
            decision: taken.decision,
            expected: taken.expected,
            key,
            claims: Vec::new(),
            is_more: false,
            reply,
        })
    }

    /// The answer of an earlier try with the same key: asked for when the command is refused now, as it
    /// may be just because it was carried out.
    pub(crate) async fn earlier_reply(
        &self,
        request: &CommandRequest,
    ) -> Result<Option<WriteReply>, Problem> {
        let Some(key) = request.key() else {
            return Ok(None);
        };
        let Some(replay) = self.log.idempotent(&key).await? else {
            return Ok(None);
        };
        if replay.fingerprint != request.fingerprint()? {
            return Err(AppendError::KeyReused.into());
        }
        replayed(&replay.appended).map(Some)
    }
}

impl Taken {
    pub(crate) fn new(decision: Decision, workspace: &Workspace, seen: Position) -> Self {
        let written = decision.events.iter().map(|decided| decided.event.stream());
        let expected = written
            .chain(decision.reads.iter().copied())
            .map(|stream| (stream, workspace.version(stream)))
            .collect();
        let mut taken = Self {
            decision,
            results: None,
            undoes: None,
            expected,
            seen,
        };
        if let Some(subject) = taken.decision.subject {
            // The answer tells its version also when nothing is written to it.
            taken
                .expected
                .entry(subject)
                .or_insert_with(|| workspace.version(subject));
        }
        taken
    }

    /// Whether a reminder is left alone, which may be for want of what was committed a moment ago.
    fn leaves_be(&self, request: &CommandRequest) -> bool {
        matches!(request.work, Work::Trigger(_)) && self.decision.events.is_empty()
    }

    /// Whether some of several commands are refused.
    fn refuses(&self) -> bool {
        let mut results = self.results.iter().flatten();
        results.any(BulkResult::is_refused)
    }

    /// The answer when nothing is stored.
    fn preview(&self) -> WriteReply {
        self.told(None)
    }

    pub(crate) fn reply(&self, change_id: ChangeId) -> WriteReply {
        let some = !self.decision.events.is_empty();
        self.told(some.then_some(change_id))
    }

    fn told(&self, change_id: Option<ChangeId>) -> WriteReply {
        let subject = self.decision.subject;
        let version = subject.map(|subject| {
            let written = self
                .decision
                .events
                .iter()
                .filter(|d| d.event.stream() == subject)
                .count();
            let before = self.expected.get(&subject).map_or(0, |version| version.0);
            before + u64::try_from(written).unwrap_or(0)
        });
        WriteReply {
            id: subject,
            version,
            made: Made::by(&self.decision.events),
            change_id,
            position: self.seen,
            kept: self.decision.kept.iter().cloned().map(Into::into).collect(),
            skipped: (self.decision.skipped > 0)
                .then(|| u64::try_from(self.decision.skipped).unwrap_or(u64::MAX)),
            restored: (self.decision.restored > 0)
                .then(|| u64::try_from(self.decision.restored).unwrap_or(u64::MAX)),
            joined: self
                .decision
                .joined
                .iter()
                .cloned()
                .map(Into::into)
                .collect(),
            results: self.results.clone(),
        }
    }
}

/// Refuses to make something with an id that is taken in another workspace.
fn taken_elsewhere(command: &Command, elsewhere: &BTreeSet<StreamId>) -> Result<(), Rejection> {
    match chosen_id(command).filter(|id| elsewhere.contains(id)) {
        Some(id) => Err(Rejection::id_taken(id)),
        None => Ok(()),
    }
}
