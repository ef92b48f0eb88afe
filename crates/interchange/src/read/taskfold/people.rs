//! People of one installation in another: found by id or address, and kept as text where they are not.

use std::collections::BTreeMap;

use taskfold_contracts::ids::UserId;

use crate::builder::{Builder, COMMENT_BYTES};
use crate::export::{ExportComment, ExportPerson, ExportTask};
use crate::text::{described, one_line, prefix};

const NOT_HERE: &str = "they are not members here";
const NOT_AN_OWNER: &str = "only an owner may bring what others did";

/// Those whom an export names.
pub(super) struct People(BTreeMap<UserId, ExportPerson>);

impl People {
    pub(super) fn of(people: Vec<ExportPerson>) -> Self {
        Self(
            people
                .into_iter()
                .map(|person| (person.id, person))
                .collect(),
        )
    }

    /// The member here who is that person.
    fn here(&self, id: UserId, builder: &Builder<'_>) -> Option<UserId> {
        let here = builder.options.here;
        let address = || self.0.get(&id)?.email.as_deref();
        let by_address = || here.by_address(address()?);
        Some(id)
            .filter(|id| here.is_member(*id))
            .or_else(by_address)
    }

    /// That member, if the importer may say that they did something; or why not.
    fn who_did(&self, id: UserId, builder: &Builder<'_>) -> Result<UserId, &'static str> {
        let options = builder.options.here;
        let who = self.here(id, builder).ok_or(NOT_HERE)?;
        let may = options.is_owner || options.importer == Some(who);
        may.then_some(who).ok_or(NOT_AN_OWNER)
    }

    /// Name and address, as far as they are known.
    fn label(&self, id: UserId) -> String {
        let person = self.0.get(&id);
        let name = person.and_then(|person| person.display_name.as_deref());
        let label = match (name, person.and_then(|person| person.email.as_deref())) {
            (Some(name), Some(email)) => format!("{name} <{email}>"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) => id.to_string(),
        };
        one_line(&label)
    }

    /// Puts a member in the place of the assignee; somebody else is named in the description.
    pub(super) fn assign(&self, task: &mut ExportTask, builder: &mut Builder<'_>) {
        let Some(id) = task.assignee_id else {
            return;
        };
        task.assignee_id = self.here(id, builder);
        if task.assignee_id.is_none() {
            let label = self.label(id);
            let why = format!("{NOT_HERE}; named in the description");
            builder.lose("assignees", &why, &label);
            task.description = described(&task.description, "Assigned to", &label);
        }
    }

    /// Who made a task, when that can be kept.
    pub(super) fn maker(
        &self,
        id: UserId,
        title: &str,
        builder: &mut Builder<'_>,
    ) -> Option<UserId> {
        let who = self.who_did(id, builder);
        who.map_err(|why| builder.lose("who made tasks", why, title))
            .ok()
    }

    /// Who wrote a comment, when that can be kept; else the comment begins with who it was.
    pub(super) fn author(
        &self,
        comment: &mut ExportComment,
        builder: &mut Builder<'_>,
    ) -> Option<UserId> {
        let id = comment.author_id?;
        match self.who_did(id, builder) {
            Ok(who) => Some(who),
            Err(why) => {
                let label = self.label(id);
                let why = format!("{why}; named in the comment");
                builder.lose("authors of comments", &why, &label);
                let body = format!("{label} wrote:\n\n{}", comment.body);
                if body.len() > COMMENT_BYTES {
                    let why = "a comment has at most 16 KiB";
                    builder.lose("ends of long comments", why, &comment.body);
                }
                prefix(&body, COMMENT_BYTES).clone_into(&mut comment.body);
                None
            }
        }
    }
}
