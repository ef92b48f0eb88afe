//! Changes in words: what undo, redo and the list of changes say.

use std::collections::BTreeMap;

use axum::Json;
use axum::response::{IntoResponse, Response};
use taskfold_contracts::envelope::Recorded;
use taskfold_contracts::events::Event;
use taskfold_contracts::ids::{ChangeId, WorkspaceId};
use taskfold_log::Log;
use taskfold_views::Views;
use taskfold_views::activity::{self, Called, Deeds};

use crate::problem::Problem;

/// Links of a chain of undoing and redoing that are followed.
const LINKS: usize = 1_000;

/// Changes that were read, each with what it did and what it took back.
#[derive(Default)]
pub(super) struct Known(BTreeMap<ChangeId, (Deeds, Option<ChangeId>)>);

impl Known {
    /// Counts a row of a change.
    pub(super) fn add(&mut self, log: &Log, row: &Recorded) {
        let header = &row.header;
        let (deeds, undoes) = self.0.entry(header.change_id).or_default();
        *undoes = header.undoes;
        let makes = matches!(&*header.event_type, "task.created" | "list.created");
        if makes && deeds.made_nothing() && is_from_elsewhere(log, row) {
            deeds.set_imported();
        }
        let event_type = if is_removal(log, row) {
            "workspace.member_removed"
        } else {
            &*header.event_type
        };
        deeds.add(event_type, header.stream_id);
    }

    /// The change at the beginning of a chain "done, undone, redone, …", and how often it was taken back or
    /// brought back since.
    async fn root(
        &mut self,
        log: &Log,
        workspace: WorkspaceId,
        change: ChangeId,
    ) -> Result<(ChangeId, usize), Problem> {
        let (mut at, mut links) = (change, 0);
        loop {
            if !self.0.contains_key(&at) {
                let rows = log.read_change(at).await?;
                // A change of another workspace is as good as none.
                let own = rows
                    .iter()
                    .filter(|row| row.header.workspace_id == workspace);
                own.for_each(|row| self.add(log, row));
            }
            match self.0.get(&at) {
                Some((_, Some(undone))) if links < LINKS => (at, links) = (*undone, links + 1),
                Some(_) | None => return Ok((at, links)),
            }
        }
    }

    /// What each of these changes did; nothing is told of a change that is not there.
    pub(super) async fn told(
        mut self,
        log: &Log,
        views: &Views,
        workspace: WorkspaceId,
        changes: Vec<ChangeId>,
    ) -> Result<Vec<String>, Problem> {
        let mut roots = Vec::with_capacity(changes.len());
        for change in changes {
            roots.push(self.root(log, workspace, change).await?);
        }
        let wanted = roots.iter().filter_map(|(root, _)| self.0.get(root));
        let wanted: Vec<Deeds> = wanted.map(|(deeds, _)| deeds.clone()).collect();
        let called = views
            .read(move |r| activity::called(r, workspace, wanted.iter()))
            .await?;
        let told = |(root, links): (ChangeId, usize)| self.in_words(root, links, &called);
        Ok(roots.into_iter().map(told).collect())
    }

    fn in_words(&self, root: ChangeId, links: usize, called: &Called) -> String {
        let Some((deeds, _)) = self.0.get(&root) else {
            return String::new();
        };
        let did = activity::in_words(deeds, called);
        match links {
            0 => did,
            odd if odd % 2 == 1 => format!("undid: {did}"),
            _ => format!("redid: {did}"),
        }
    }
}

/// What a change did, in words; null when there is no such change in the workspace.
pub(super) async fn answer(
    log: &Log,
    views: &Views,
    workspace: WorkspaceId,
    change: ChangeId,
) -> Result<Response, Problem> {
    let known = Known::default();
    let told = known.told(log, views, workspace, vec![change]).await?;
    let told = told.into_iter().find(|told| !told.is_empty());
    Ok(Json(told).into_response())
}

/// Whether somebody left because another removed them.
fn is_removal(log: &Log, row: &Recorded) -> bool {
    if &*row.header.event_type != "workspace.member_left" {
        return false;
    }
    let event = log.open_envelope(row).map(|envelope| envelope.event);
    match event {
        Ok(Event::WorkspaceMemberLeft(left)) => row.header.actor.user() != Some(left.member_id),
        Ok(_) | Err(_) => false,
    }
}

fn is_from_elsewhere(log: &Log, row: &Recorded) -> bool {
    // What cannot be read is told of all the same, by its type.
    let event = log.open_envelope(row).map(|envelope| envelope.event);
    match event {
        Ok(Event::TaskCreated(event)) => event.origin.is_some(),
        Ok(Event::ListCreated(event)) => event.origin.is_some(),
        Ok(_) | Err(_) => false,
    }
}
