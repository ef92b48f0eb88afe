//! Takes along what a deletion or a move could not see (docs/decisions/0011-strays-are-swept.md).

use taskfold_contracts::envelope::ChangeContext;
use taskfold_contracts::ids::{ChangeId, StreamId, WorkspaceId};
use taskfold_contracts::position::Position;
use taskfold_domain::Context;
use tokio::sync::OwnedMutexGuard;

use super::Inner;
use super::append::{Outcome, Write};
use super::cache::Folded;
use super::execute::Taken;
use crate::problem::Problem;

/// How often a sweep is decided when others keep changing what it found.
const TRIES: u32 = 8;

impl Inner {
    /// Appends, as more events of the same change, what it left behind among `streams`. Gives the position of
    /// the last of them, none when nothing was left behind.
    pub(crate) async fn sweep(
        &self,
        context: &ChangeContext,
        streams: &[StreamId],
    ) -> Result<Option<Position>, Problem> {
        for _ in 0..TRIES {
            let (write, seen) = {
                let folded = self.workspaces.current(context.workspace_id).await?;
                let ctx = Context {
                    actor: context.actor,
                    now: self.clock.now(),
                    zone: &jiff::tz::TimeZone::UTC,
                    ids: &*self.ids,
                };
                let decision = folded.workspace.sweep(&ctx, context.change_id, streams);
                if decision.events.is_empty() {
                    return Ok(None);
                }
                let taken = Taken::new(decision, &folded.workspace, folded.upto);
                (Write::more(*context, taken), folded.upto)
            };
            match self.store(write, seen).await? {
                Outcome::Stored(reply) => return Ok(Some(reply.position)),
                Outcome::Conflict => {
                    self.conflicts.inc();
                    let partition = self.log.partition_of(context.workspace_id);
                    self.log.refresh(partition).await?;
                }
            }
        }
        Err(Problem::conflict(
            "contention",
            "others kept changing what a deletion left behind",
        ))
    }

    /// The workspace with everything that is committed now. What a process that ended left unswept is swept
    /// first, when the workspace was folded from nothing.
    pub(crate) async fn folded(&self, id: WorkspaceId) -> Result<OwnedMutexGuard<Folded>, Problem> {
        let mut folded = self.workspaces.current(id).await?;
        if folded.is_swept {
            return Ok(folded);
        }
        let unswept = folded.workspace.unswept();
        if !unswept.is_empty() {
            drop(folded);
            for (change, streams) in unswept {
                if let Err(problem) = self.sweep_again(id, change, &streams).await {
                    tracing::warn!(%problem, %change, "what a deletion left behind stays for now");
                }
            }
            folded = self.workspaces.current(id).await?;
        }
        folded.is_swept = true;
        Ok(folded)
    }

    async fn sweep_again(
        &self,
        workspace_id: WorkspaceId,
        change_id: ChangeId,
        streams: &[StreamId],
    ) -> Result<(), Problem> {
        let rows = self.log.read_change(change_id).await?;
        let Some(first) = rows.first() else {
            return Ok(());
        };
        let context = ChangeContext {
            workspace_id,
            actor: first.header.actor,
            change_id,
            undoes: first.header.undoes,
            correlation_id: first.header.correlation_id,
            causation_id: first.header.causation_id,
        };
        self.sweep(&context, streams).await.map(|_| ())
    }
}
