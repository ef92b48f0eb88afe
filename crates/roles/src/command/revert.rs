//! Undo, redo and restore: what they need from the log.

use std::collections::BTreeSet;

use taskfold_contracts::commands::Restore;
use taskfold_contracts::envelope::Header;
use taskfold_contracts::ids::{ChangeId, StreamId};
use taskfold_contracts::position::Version;
use taskfold_domain::{StreamHistory, Workspace};

use super::Inner;
use super::execute::Taken;
use super::request::CommandRequest;
use crate::lasting::{is_lasting, is_own_joining};
use crate::moment::position_of;
use crate::problem::Problem;

/// Links of a chain of undoing and redoing that are followed.
const LINKS: usize = 20_000;
/// Changes of the caller that are tried, newest first.
const TRIED: usize = 200;
/// The code of a change that cannot be taken back, or of which nothing is left.
const NOTHING_TO_UNDO: &str = "nothing_to_undo";
/// Rows read at once.
const PAGE: usize = 1_000;
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
        self.take_last(request, Wanted::Undo).await
    }

    pub(crate) async fn take_redo_last(
        &self,
        request: &CommandRequest,
    ) -> Result<Option<Taken>, Problem> {
        self.take_last(request, Wanted::Redo).await
    }

    pub(crate) async fn take_restore(
        &self,
        request: &CommandRequest,
        scope: &Restore,
    ) -> Result<Option<Taken>, Problem> {
        let partition = self.log.partition_of(request.workspace_id);
        let now = self.clock.now();
        let then = position_of(&self.log, partition, scope.to, now, "to").await?;
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
        if rows.iter().any(|row| is_lasting(&row.header)) {
            return Err(Problem::conflict(
                NOTHING_TO_UNDO,
                "what happened to an account, or made a workspace, cannot be undone",
            ));
        }
        let user = request.principal.user_id;
        if rows.iter().any(|row| is_own_joining(&row.header, user)) {
            return Err(Problem::conflict(
                "joining_stays",
                "joining a workspace cannot be undone by who joined; to leave it, remove yourself from its members",
            ));
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

    /// Walks back through the caller's changes to the newest one of which something can be taken back; what
    /// the ones before it keep is told with it.
    async fn take_last(
        &self,
        request: &CommandRequest,
        wanted: Wanted,
    ) -> Result<Option<Taken>, Problem> {
        let (mut walk, mut kept, mut tried) = (Walk::default(), Vec::new(), 0);
        while let Some(headers) = self.page(request, &mut walk).await? {
            for header in headers {
                let Some(link) = self.link(&mut walk, &header).await? else {
                    continue;
                };
                let met = wanted.meets(link);
                if matches!(met, Met::Other) || self.is_lasting_change(&header).await? {
                    continue;
                }
                match met {
                    Met::Other => continue,
                    Met::End => return Err(wanted.nothing()),
                    Met::Wanted if tried == TRIED => return Err(wanted.nothing()),
                    Met::Wanted => tried += 1,
                }
                match self.take_undo(request, header.change_id).await {
                    Ok(Some(mut taken)) if taken.decision.events.is_empty() => {
                        kept.append(&mut taken.decision.kept);
                    }
                    Ok(Some(mut taken)) => {
                        taken.decision.kept.splice(0..0, kept);
                        return Ok(Some(taken));
                    }
                    Ok(None) => return Ok(None),
                    Err(problem) if problem.code == NOTHING_TO_UNDO => {}
                    Err(problem) => return Err(problem),
                }
            }
        }
        Err(wanted.nothing())
    }

    /// The next older rows of the caller; none when there are no more. The walk goes back to the beginning of the
    /// workspace if it has to, a page at a time: however much others did since, an old change can be undone.
    async fn page(
        &self,
        request: &CommandRequest,
        walk: &mut Walk,
    ) -> Result<Option<Vec<Header>>, Problem> {
        if walk.ended {
            return Ok(None);
        }
        let rows = self
            .log
            .recent_of_workspace(request.workspace_id, walk.before, PAGE)
            .await?;
        walk.ended = rows.len() < PAGE;
        walk.before = rows.last().map(|row| row.header.position.number);
        let own = rows
            .iter()
            .map(|row| &row.header)
            .filter(|header| header.actor.user() == Some(request.principal.user_id));
        Ok(Some(own.cloned().collect()))
    }

    /// What a change is in its chain; none when it was looked at before, or a newer one cancels it. Of a chain
    /// "done, undone, redone, …" the newest link says how it stands: a link that takes another back cancels it.
    async fn link(&self, walk: &mut Walk, header: &Header) -> Result<Option<Link>, Problem> {
        if walk.cancelled.contains(&header.change_id) || !walk.seen.insert(header.change_id) {
            return Ok(None);
        }
        let Some(undone) = header.undoes else {
            return Ok(Some(Link::Done));
        };
        walk.cancelled.insert(undone);
        let link = if self.is_undo(undone).await? {
            Link::Undone
        } else {
            Link::Redone
        };
        Ok(Some(link))
    }

    async fn is_lasting_change(&self, header: &Header) -> Result<bool, Problem> {
        let Some(user) = header.actor.user() else {
            return Ok(true);
        };
        let stays = |header: &Header| is_lasting(header) || is_own_joining(header, user);
        if stays(header) {
            return Ok(true);
        }
        let rows = self.log.read_change(header.change_id).await?;
        Ok(rows.iter().any(|row| stays(&row.header)))
    }

    /// Whether a change that takes `undone` back is an undo (of something done) and not a redo.
    async fn is_undo(&self, undone: ChangeId) -> Result<bool, Problem> {
        let (mut change, mut undo) = (undone, true);
        for _ in 0..LINKS {
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

/// How far the walk through the caller's changes has come.
#[derive(Debug, Default)]
struct Walk {
    before: Option<u64>,
    ended: bool,
    seen: BTreeSet<ChangeId>,
    cancelled: BTreeSet<ChangeId>,
}

/// What is looked for.
#[derive(Debug, Clone, Copy)]
enum Wanted {
    Undo,
    Redo,
}

/// What a link means to who looks for something to take back.
enum Met {
    Wanted,
    Other,
    /// Nothing older counts.
    End,
}

impl Wanted {
    /// Something done since ends what can be redone.
    fn meets(self, link: Link) -> Met {
        match (self, link) {
            (Self::Undo, Link::Done | Link::Redone) | (Self::Redo, Link::Undone) => Met::Wanted,
            (Self::Undo, Link::Undone) | (Self::Redo, Link::Redone) => Met::Other,
            (Self::Redo, Link::Done) => Met::End,
        }
    }

    fn nothing(self) -> Problem {
        match self {
            Self::Undo => Problem::conflict(NOTHING_TO_UNDO, "no change of yours is left to undo"),
            Self::Redo => Problem::conflict("nothing_to_redo", "nothing of yours is undone"),
        }
    }
}

fn moved_on(history: &StreamHistory, workspace: &Workspace) -> bool {
    let last = history
        .events
        .last()
        .map_or(Version(0), |envelope| envelope.header.version);
    workspace.version(history.stream) != last
}
