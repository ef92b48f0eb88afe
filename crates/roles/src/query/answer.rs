//! From a question to a response.

use std::collections::{BTreeMap, BTreeSet};

use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use taskfold_contracts::ids::{InvitationId, UserId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::Role;
use taskfold_views::{Page, QueryError, Reader, Views};
use taskfold_views::{activity, counts, filter, filters, lists, members, search, tasks, trash};

use super::cached::{self, Question, Stand};
use super::cursor::OfMoment;
use super::found::{Found, json, one, respond};
use super::reminders::Reminders;
use super::request::{Names, Read, ReadRequest};
use super::{Inner, changes, deeds, export};
use crate::moment::zone;
use crate::problem::{Fault, Problem};

/// A page of rows.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Items<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Give it back as `cursor` for the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// What can be restored.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Trash {
    /// Lists, last deleted first; on the first page only.
    pub lists: Vec<lists::List>,
    /// Tasks, last deleted first.
    pub items: Vec<tasks::Task>,
    /// Give it back as `cursor` for the next page; null on the last one.
    pub next_cursor: Option<String>,
}

impl<T> From<Page<T>> for Items<T> {
    fn from(page: Page<T>) -> Self {
        Self {
            items: page.items,
            next_cursor: page.next_cursor,
        }
    }
}

impl<T> From<Vec<T>> for Items<T> {
    fn from(items: Vec<T>) -> Self {
        Self {
            items,
            next_cursor: None,
        }
    }
}

impl Inner {
    pub(super) async fn answer(&self, request: ReadRequest) -> Result<Response, Problem> {
        let views = self.views()?;
        self.have(&views, &request).await?;
        let partition = self.log.partition_of(request.workspace_id);
        let kept = self.cache.as_ref().filter(|_| cached::pays(&request));
        let generation = views.generation();
        let mut stand = None;
        if !request.read.is_personal() {
            let wanted = kept.is_some();
            let workspace = request.workspace_id;
            let look = move |reader: &Reader<'_>| {
                let stand = wanted.then(|| Stand::of(reader, workspace, partition));
                stand.transpose()
            };
            (_, stand) = self.admit(&views, &request, look).await?;
        }
        if let Read::InvitedTo { invitation_id } = request.read {
            let read = move |reader: &Reader<'_>| members::invitation(reader, invitation_id);
            let found = self.invited(&views, invitation_id, read).await?;
            return Ok(axum::Json(found.workspace_id).into_response());
        }
        if let Read::InvitationWith {
            invitation_id,
            secret_hash,
        } = &request.read
        {
            let (id, hash) = (*invitation_id, secret_hash.clone());
            let read = move |reader: &Reader<'_>| members::invitation_with(reader, id, &hash);
            let found = self.invited(&views, id, read).await?;
            return Ok(axum::Json(found).into_response());
        }
        if let Read::Changes { limit } = request.read {
            let of = (request.workspace_id, request.principal.user_id);
            return changes::answer(&self.log, &views, of, limit).await;
        }
        if let Read::Told { change_id } = request.read {
            return deeds::answer(&self.log, &views, request.workspace_id, change_id).await;
        }
        if let Read::Export { format } = request.read {
            return export::answer(self, &views, &request, format).await;
        }
        let mut prepared = Prepared::new(&request, self.clock.now())?;
        let question = kept.and_then(|redis| {
            let of = (partition, generation);
            Question::new(redis, &request, &prepared.filter, &prepared.now, of)
        });
        if let (Some(question), Some(stand)) = (&question, stand)
            && let Some(json) = question.known(stand).await
        {
            let found = Found {
                json,
                version: None,
                watermark: stand.watermark,
            };
            return Ok(respond(found, partition, request.if_none_match.as_deref()));
        }
        let now = views.clone();
        let views = match request.as_of {
            None => views,
            Some(moment) => {
                prepared.live = Some(views);
                self.past(request.workspace_id, moment).await?
            }
        };
        let (workspace, wanted) = (request.workspace_id, question.is_some());
        let position = request.position.filter(|_| request.as_of.is_none());
        let found = self.read(&views, position, move |reader| {
            let watermark = reader.watermark(partition)?;
            let stand = wanted.then(|| Stand::of(reader, workspace, partition));
            let found = prepared.find(reader);
            let found = found.map(|found| found.map(|found| Found { watermark, ..found }));
            Ok((found, stand.transpose()?))
        });
        let (found, stand) = found.await?;
        let found = found?.ok_or_else(|| missing(&request))?;
        if let (Some(question), Some(stand)) = (question, stand) {
            question.keep(stand, now.generation(), &found.json).await;
        }
        Ok(respond(found, partition, request.if_none_match.as_deref()))
    }

    /// The role of somebody, and what `look` finds in the same snapshot; whoever is no member does not learn that
    /// there is such a workspace. Somebody who has just joined is waited for.
    async fn admit<T: Send + 'static>(
        &self,
        views: &Views,
        request: &ReadRequest,
        look: impl Fn(&Reader<'_>) -> Result<T, QueryError> + Copy + Send + 'static,
    ) -> Result<(Role, T), Problem> {
        let (workspace, user) = (request.workspace_id, request.principal.user_id);
        let read = move |reader: &Reader<'_>| -> Result<_, QueryError> {
            let role = members::member(reader, workspace, user)?;
            role.map(|role| Ok((role, look(reader)?))).transpose()
        };
        if let Some(admitted) = self.read(views, request.position, read).await? {
            return Ok(admitted);
        }
        let head = self.log.head(self.log.partition_of(workspace));
        self.wait_for(views, head).await?;
        self.read(views, Some(head), read)
            .await?
            .ok_or_else(|| Problem::not_found("workspace", workspace))
    }

    /// What is known of an invitation; one that was just made is waited for.
    async fn invited<T: Send + 'static>(
        &self,
        views: &Views,
        invitation: InvitationId,
        read: impl Fn(&Reader<'_>) -> Result<Option<T>, QueryError> + Clone + Send + 'static,
    ) -> Result<T, Problem> {
        let mut found = views.read(read.clone()).await?;
        if found.is_none() {
            for partition in 0..self.log.partitions() {
                self.wait_for(views, self.log.head(partition)).await?;
            }
            found = views.read(read).await?;
        }
        found.ok_or_else(|| Problem::not_found("invitation", invitation))
    }
}

/// A question whose texts were read, so that their faults are told before the views are asked.
struct Prepared {
    workspace: WorkspaceId,
    user: UserId,
    read: Read,
    moment: OfMoment,
    filter: filter::Filter,
    sort: filter::Sort,
    now: jiff::Zoned,
    /// What is there today, when the past is asked.
    live: Option<Views>,
}

impl Prepared {
    fn new(request: &ReadRequest, now: Timestamp) -> Result<Self, Problem> {
        let (filter, sort) = if let Read::Tasks { filter, sort, .. } = &request.read {
            (filter.as_str(), sort.as_str())
        } else {
            ("", "")
        };
        let moment = OfMoment::new(request.as_of);
        Ok(Self {
            workspace: request.workspace_id,
            user: request.principal.user_id,
            read: moment.read(request.read.clone())?,
            moment,
            filter: filter::parse(filter).map_err(|error| unreadable("filter", &error))?,
            sort: filter::parse_sort(sort).map_err(|error| unreadable("sort", &error))?,
            now: second(now).to_zoned(zone(request.zone.as_deref())?),
            live: None,
        })
    }

    /// None when there is no such thing.
    fn find(&self, r: &Reader<'_>) -> Result<Option<Found>, Problem> {
        let ws = self.workspace;
        match &self.read {
            Read::Tasks {
                done,
                limit,
                cursor,
                ..
            } => {
                let query = tasks::TaskQuery {
                    filter: self.filter.clone(),
                    sort: self.sort.clone(),
                    done: *done,
                    limit: *limit,
                    cursor: cursor.clone(),
                    now: self.now.clone(),
                    me: self.user,
                };
                self.items(tasks::list(r, ws, &query)?)
            }
            Read::Task { task_id } => one(tasks::get(r, ws, *task_id)?, |task| task.version),
            Read::TasksNamed { task_ids } => self.items(tasks::named(r, ws, task_ids)?),
            Read::TaskHistory {
                task_id: id,
                limit,
                cursor,
            } => match tasks::get(r, ws, *id)? {
                None => Ok(None),
                Some(_) => {
                    self.happened(r, activity::of_task(r, ws, *id, *limit, cursor.as_deref())?)
                }
            },
            Read::ListHistory {
                list_id: id,
                limit,
                cursor,
            } => match lists::get(r, ws, *id)? {
                None => Ok(None),
                Some(_) => {
                    self.happened(r, activity::of_list(r, ws, *id, *limit, cursor.as_deref())?)
                }
            },
            Read::Activity { limit, cursor } => {
                self.happened(r, activity::of_workspace(r, ws, *limit, cursor.as_deref())?)
            }
            Read::Comments {
                task_id: id,
                limit,
                cursor,
            } => match tasks::get(r, ws, *id)? {
                None => Ok(None),
                Some(_) => self.said(r, tasks::comments(r, ws, *id, *limit, cursor.as_deref())?),
            },
            Read::Lists { archived } => self.items(lists::all(r, ws, *archived)?),
            Read::List { list_id } => one(lists::get(r, ws, *list_id)?, |list| list.version),
            Read::Tags => self.items(tasks::tags(r, ws)?),
            Read::Search {
                text,
                trash,
                limit,
                cursor,
            } => {
                let query = search::SearchQuery {
                    text: text.clone(),
                    trash: *trash,
                    limit: *limit,
                    cursor: cursor.clone(),
                };
                self.items(search::query(r, ws, &query)?)
            }
            Read::Trash { limit, cursor } => self.trash(r, *limit, cursor.as_deref()),
            Read::Counts => json(&counts::of_workspace(r, ws, &self.now)?, None),
            Read::Reminders => json(&Reminders::of(r, ws)?, None),
            Read::Filters => self.items(filters::all(r, ws)?),
            Read::Workspaces { only } => {
                let mut own = members::workspaces_of(r, self.user)?;
                own.retain(|one| only.is_none_or(|only| only == one.workspace.workspace_id));
                self.items(own)
            }
            Read::Workspace => one(members::workspace(r, ws)?, |workspace| workspace.version),
            Read::Members => self.items(members::members(r, ws)?),
            Read::Invitations => self.items(members::invitations(r, ws)?),
            Read::InvitationsToMe => self.invitations_to_me(r),
            Read::Me => one(members::user(r, self.user)?, |user| user.version),
            Read::Names => json(&self.names(r)?, None),
            Read::Membership => json(&members::member(r, ws, self.user)?, None),
            Read::InvitedTo { .. }
            | Read::InvitationWith { .. }
            | Read::Changes { .. }
            | Read::Told { .. }
            | Read::Export { .. } => Ok(None),
        }
    }

    /// Lists come with the first page.
    fn trash(
        &self,
        r: &Reader<'_>,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<Option<Found>, Problem> {
        let page = trash::tasks(r, self.workspace, limit, cursor)?;
        let lists = match cursor {
            None => trash::lists(r, self.workspace)?,
            Some(_) => Vec::new(),
        };
        let trash = Trash {
            lists,
            items: page.items,
            next_cursor: self.moment.told(page.next_cursor),
        };
        json(&trash, None)
    }

    /// None when the caller is unknown.
    fn invitations_to_me(&self, r: &Reader<'_>) -> Result<Option<Found>, Problem> {
        let Some(me) = members::user(r, self.user)? else {
            return Ok(None);
        };
        let now = Timestamp::from_millis(self.now.timestamp().as_millisecond());
        self.items(members::invitations_to(r, &me.email, now)?)
    }

    /// Activity, with the names of people.
    fn happened(
        &self,
        r: &Reader<'_>,
        mut page: Page<activity::Activity>,
    ) -> Result<Option<Found>, Problem> {
        let names = self.people(r, &activity::people(&page.items))?;
        activity::name_people(&mut page.items, &names);
        self.items(page)
    }

    /// What was said, with the names of people.
    fn said(
        &self,
        r: &Reader<'_>,
        mut page: Page<tasks::Comment>,
    ) -> Result<Option<Found>, Problem> {
        let authors = page.items.iter().filter_map(|comment| comment.author_id);
        let names = self.people(r, &authors.collect())?;
        for comment in &mut page.items {
            comment.author_name = comment.author_id.and_then(|id| names.get(&id).cloned());
        }
        self.items(page)
    }

    /// What people are called today: the past of a workspace does not know.
    fn people(
        &self,
        r: &Reader<'_>,
        ids: &BTreeSet<UserId>,
    ) -> Result<BTreeMap<UserId, String>, QueryError> {
        match &self.live {
            None => members::display_names(r, ids),
            Some(live) => live.read_blocking(|live| members::display_names(live, ids)),
        }
    }

    fn names(&self, r: &Reader<'_>) -> Result<Option<Names>, QueryError> {
        let Some(role) = members::member(r, self.workspace, self.user)? else {
            return Ok(None);
        };
        let lists = lists::all(r, self.workspace, false)?;
        let members = members::members(r, self.workspace)?;
        Ok(Some(Names {
            lists: lists
                .into_iter()
                .map(|list| (list.list_id, list.name))
                .collect(),
            members: members
                .into_iter()
                .filter_map(|member| Some((member.user_id, member.display_name?)))
                .collect(),
            role,
        }))
    }

    fn items<T: Serialize>(&self, rows: impl Into<Items<T>>) -> Result<Option<Found>, Problem> {
        let mut page: Items<T> = rows.into();
        page.next_cursor = self.moment.told(page.next_cursor);
        json(&page, None)
    }
}

/// What is overdue changes with the seconds: within one, all who ask the same get the same.
fn second(now: Timestamp) -> jiff::Timestamp {
    let millis = now.as_millis();
    Timestamp::from_millis(millis - millis.rem_euclid(1_000)).to_jiff()
}

fn unreadable(field: &'static str, error: &filter::FilterError) -> Problem {
    Problem::invalid(vec![Fault::of_filter(field, error)])
}

fn missing(request: &ReadRequest) -> Problem {
    match request.read {
        Read::Task { task_id }
        | Read::TaskHistory { task_id, .. }
        | Read::Comments { task_id, .. } => Problem::not_found("task", task_id),
        Read::List { list_id } | Read::ListHistory { list_id, .. } => {
            Problem::not_found("list", list_id)
        }
        Read::InvitedTo { invitation_id } | Read::InvitationWith { invitation_id, .. } => {
            Problem::not_found("invitation", invitation_id)
        }
        Read::Told { change_id } => Problem::not_found("change", change_id),
        Read::Me | Read::InvitationsToMe => Problem::not_found("user", request.principal.user_id),
        Read::Tasks { .. }
        | Read::TasksNamed { .. }
        | Read::Lists { .. }
        | Read::Tags
        | Read::Search { .. }
        | Read::Activity { .. }
        | Read::Trash { .. }
        | Read::Counts
        | Read::Reminders
        | Read::Filters
        | Read::Workspaces { .. }
        | Read::Workspace
        | Read::Members
        | Read::Invitations
        | Read::Changes { .. }
        | Read::Names
        | Read::Membership
        | Read::Export { .. } => Problem::not_found("workspace", request.workspace_id),
    }
}
