//! Reads of the past: the same tables and questions, folded from the log up to a moment.

use taskfold_contracts::commands::Moment;
use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_log::Log;
use taskfold_views::Views;
use taskfold_views::as_of::AsOfError;

use super::Inner;
use crate::moment::position_of;
use crate::problem::Problem;

/// Rows read from the log at once.
const PAGE: usize = 2_000;

impl Inner {
    /// The views of one workspace as they were.
    pub(super) async fn past(
        &self,
        workspace: WorkspaceId,
        moment: Moment,
    ) -> Result<Views, Problem> {
        let partition = self.log.partition_of(workspace);
        let now = self.clock.now();
        let position = position_of(&self.log, partition, moment, now, "as_of").await?;
        let (past, log) = (self.past.clone(), self.log.clone());
        let runtime = tokio::runtime::Handle::current();
        let folding = tokio::task::spawn_blocking(move || {
            let mut told = None;
            let folded = past.at(workspace, position, |after| {
                let events = runtime.block_on(read(&log, workspace, after, position.number));
                events.map_err(|problem| told.insert(problem).to_string())
            });
            folded.map_err(|error: AsOfError| told.unwrap_or_else(|| Problem::internal(&error)))
        });
        folding.await.map_err(|error| Problem::internal(&error))?
    }
}

/// The workspace's next events behind `after`, up to `upto`.
pub(super) async fn read(
    log: &Log,
    workspace: WorkspaceId,
    after: u64,
    upto: u64,
) -> Result<Vec<Envelope>, Problem> {
    let rows = log.read_workspace(workspace, after, Some(upto), PAGE);
    let rows = rows.await?;
    rows.iter().map(|row| Ok(log.open_envelope(row)?)).collect()
}
