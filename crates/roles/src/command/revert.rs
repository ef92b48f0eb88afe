//! Undo, redo and restore: what they need from the log.

use std::collections::BTreeSet;

use taskfold_contracts::commands::{Moment, Restore};
use taskfold_contracts::ids::{ChangeId, StreamId};
use taskfold_contracts::position::{Position, Version};
use taskfold_domain::{StreamHistory, Workspace};
use taskfold_log::Log;

use super::Inner;
use super::execute::Taken;
use super::request::CommandRequest;
use crate::problem::Problem;

/// Rows looked through for the caller's last change.
const DEPTH: usize = 5_000;
/// Rows read at once.
const PAGE: usize = 500;
/// Events of one stream that an undo reads at most.
const STREAM_LIMIT: usize = 50_000;

impl Inner {
    pub(crate) async fn take_undo(
        &self,
        request: &CommandRequest,
        change: ChangeId,
    ) -> Result<Option<Taken>, Problem> {
        let touched = self.histories(request, change).await?;
        let zone = request.time_zone()?;
        let folded = self.folded(request.workspace_id).await?;
        if touched
            .iter()
            .any(|history| moved_on(history, &folded.workspace))
        {
            return Ok(None);
        }
        let ctx = self.context(request, &zone);
        let decision = taskfold_domain::undo(&folded.workspace, &ctx, change, &touched)?;
        let mut taken = Taken::new(decision, &folded.workspace, folded.upto);
        taken.undoes = Some(change);
        Ok(Some(taken))
    }

    /// Redo is the undo of the undo.
    pub(crate) async fn take_redo(
        &self,
        request: &CommandRequest,
        change: ChangeId,
    ) -> Result<Option<Taken>, Problem> {
        let touched = self.histories(request, change).await?;
        let undone_by = touched
            .iter()
            .flat_map(|history| &history.events)
            .filter(|envelope| envelope.header.undoes == Some(change))
            .max_by_key(|envelope| envelope.header.position)
            .map(|envelope| envelope.header.change_id);
        let Some(undone_by) = undone_by else {
            return Err(Problem::conflict(
                "nothing_to_redo",
                format!("change {change} was not undone"),
            ));
        };
        self.take_undo(request, undone_by).await
    }

    pub(crate) async fn take_undo_last(
        &self,
        request: &CommandRequest,
    ) -> Result<Option<Taken>, Problem> {
        match self.last_changes(request).await?.undo {
            Some(change) => self.take_undo(request, change).await,
            None => Err(Problem::conflict(
                "nothing_to_undo",
                "no change of yours is left to undo",
            )),
        }
    }

    pub(crate) async fn take_redo_last(
        &self,
        request: &CommandRequest,
    ) -> Result<Option<Taken>, Problem> {
        match self.last_changes(request).await?.redo {
            Some(change) => self.take_undo(request, change).await,
            None => Err(Problem::conflict(
                "nothing_to_redo",
                "nothing of yours is undone",
            )),
        }
    }

    pub(crate) async fn take_restore(
        &self,
        request: &CommandRequest,
        scope: &Restore,
    ) -> Result<Option<Taken>, Problem> {
        let partition = self.log.partition_of(request.workspace_id);
        let then = position_of(&self.log, partition, scope.to).await?;
        let then = self.workspaces.at(request.workspace_id, then).await?;
        let zone = request.time_zone()?;
        let folded = self.folded(request.workspace_id).await?;
        let ctx = self.context(request, &zone);
        let decision = taskfold_domain::restore(&folded.workspace, &then, &ctx, scope)?;
        Ok(Some(Taken::new(decision, &folded.workspace, folded.upto)))
    }

    /// The whole past of each stream that a change touched.
    async fn histories(
        &self,
        request: &CommandRequest,
        change: ChangeId,
    ) -> Result<Vec<StreamHistory>, Problem> {
        let rows = self.log.read_change(change).await?;
        // A change of another workspace is as good as none.
        let own = rows
            .iter()
            .filter(|row| row.header.workspace_id == request.workspace_id);
        let streams: BTreeSet<StreamId> = own.map(|row| row.header.stream_id).collect();
        if streams.is_empty() {
            return Err(Problem::not_found("change", change));
        }
        let mut histories = Vec::with_capacity(streams.len());
        for stream in streams {
            let rows = self
                .log
                .read_stream(stream, Version(0), STREAM_LIMIT)
                .await?;
            let events: Result<Vec<_>, _> =
                rows.iter().map(|row| self.log.open_envelope(row)).collect();
            histories.push(StreamHistory {
                stream,
                events: events?,
            });
        }
        Ok(histories)
    }

    /// Walks back through the caller's changes. Of a chain "done, undone, redone, …" the newest link says
    /// how it stands: a link that takes another back cancels it.
    async fn last_changes(&self, request: &CommandRequest) -> Result<Last, Problem> {
        let mut last = Last::default();
        let (mut before, mut looked, mut cancelled) = (None, 0, BTreeSet::new());
        let mut current = None;
        while looked < DEPTH {
            let rows = self
                .log
                .recent_of_workspace(request.workspace_id, before, PAGE)
                .await?;
            for row in &rows {
                let header = &row.header;
                before = Some(header.position.number);
                let mine = header.actor.user() == Some(request.principal.user_id);
                if !mine || current.replace(header.change_id) == Some(header.change_id) {
                    continue;
                }
                if cancelled.contains(&header.change_id) {
                    continue;
                }
                let link = match header.undoes {
                    None => Link::Done,
                    Some(undone) => {
                        cancelled.insert(undone);
                        if self.is_undo(undone).await? {
                            Link::Undone
                        } else {
                            Link::Redone
                        }
                    }
                };
                if last.note(header.change_id, link) {
                    return Ok(last);
                }
            }
            looked += rows.len();
            if rows.len() < PAGE {
                break;
            }
        }
        Ok(last)
    }

    /// Whether a change that takes `undone` back is an undo (of something done) and not a redo.
    async fn is_undo(&self, undone: ChangeId) -> Result<bool, Problem> {
        let (mut change, mut undo) = (undone, true);
        for _ in 0..DEPTH {
            let rows = self.log.read_change(change).await?;
            let Some(next) = rows.first().and_then(|row| row.header.undoes) else {
                break;
            };
            (change, undo) = (next, !undo);
        }
        Ok(undo)
    }
}

/// What a change is in a chain "done, undone, redone, …".
#[derive(Debug, Clone, Copy)]
enum Link {
    Done,
    Undone,
    Redone,
}

/// What undo and redo would take back.
#[derive(Debug, Default)]
struct Last {
    undo: Option<ChangeId>,
    redo: Option<ChangeId>,
}

impl Last {
    /// True when both are settled: something done since ends what can be redone.
    fn note(&mut self, change: ChangeId, link: Link) -> bool {
        match link {
            Link::Undone => {
                self.redo.get_or_insert(change);
            }
            Link::Redone | Link::Done => {
                self.undo.get_or_insert(change);
            }
        }
        matches!(link, Link::Done)
    }
}

fn moved_on(history: &StreamHistory, workspace: &Workspace) -> bool {
    let last = history
        .events
        .last()
        .map_or(Version(0), |envelope| envelope.header.version);
    workspace.version(history.stream) != last
}

/// The position that a moment means.
pub(crate) async fn position_of(
    log: &Log,
    partition: u32,
    moment: Moment,
) -> Result<Position, Problem> {
    match moment {
        Moment::Time(instant) => Ok(log.position_at(partition, instant).await?),
        Moment::Position(position) if position.partition == partition => Ok(position),
        Moment::Position(position) => Err(Problem::field(
            "to",
            "other_partition",
            format!("{position} is no position of this workspace: its partition is {partition}"),
        )),
    }
}
