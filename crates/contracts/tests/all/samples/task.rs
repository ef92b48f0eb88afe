use taskfold_contracts::events::{
    Event, TaskCommentDeleted, TaskCommentEdited, TaskCommented, TaskCompleted, TaskCreated,
    TaskDeleted, TaskMoved, TaskReopened, TaskRestored, TaskUpdated,
};
use taskfold_contracts::ids::{CommentId, ListId, TaskId, UserId};
use taskfold_contracts::values::{Due, Priority, Set};

use super::{Fill, date, due, id, instant, origin, recurrence, reminders};

const BODY: &str = "Done *by* Friday — ✅\n日本語";

pub(crate) fn samples(fill: Fill) -> Vec<Event> {
    let task_id = TaskId(id(0x01));
    let comment_id = CommentId(id(0x31));
    vec![
        created(fill).into(),
        updated(fill).into(),
        TaskMoved {
            task_id,
            list_id: fill.some(ListId(id(0x11))),
            parent_id: fill.some(TaskId(id(0x02))),
            rank: fill.text("a1V"),
        }
        .into(),
        TaskCompleted {
            task_id,
            next_id: fill.some(TaskId(id(0x03))),
        }
        .into(),
        TaskReopened { task_id }.into(),
        TaskDeleted { task_id }.into(),
        TaskRestored { task_id }.into(),
        TaskCommented {
            task_id,
            comment_id,
            author_id: fill.some(UserId(id(0xa0))),
            body: fill.text(BODY),
        }
        .into(),
        TaskCommentEdited {
            task_id,
            comment_id,
            body: fill.text(BODY),
        }
        .into(),
        TaskCommentDeleted {
            task_id,
            comment_id,
        }
        .into(),
    ]
}

fn created(fill: Fill) -> TaskCreated {
    TaskCreated {
        task_id: TaskId(id(0x01)),
        title: fill.text("Pay the rent 🏠"),
        description: fill.text("From the *new* account.\n\n- IBAN first"),
        priority: fill.some(Priority::Urgent).unwrap_or_default(),
        due_date: fill.some(due()),
        start_date: fill.some(date("2026-11-28")),
        tags: fill.many(vec!["home".into(), "Größe".into()]),
        recurrence: fill.some(recurrence()),
        reminders: fill.many(reminders()),
        list_id: fill.some(ListId(id(0x11))),
        parent_id: fill.some(TaskId(id(0x02))),
        rank: fill.text("a1V"),
        blocked_by: fill.many(vec![TaskId(id(0x04)), TaskId(id(0x05))]),
        assignee_id: fill.some(UserId(id(0xa1))),
        previous_id: fill.some(TaskId(id(0x06))),
        origin: fill.some(origin()),
        created_by: fill.some(UserId(id(0xa2))),
        updated_at: fill.some(instant("2026-11-19T08:30:00.25Z")),
    }
}

/// In the minimal sample `due_date` is a whole day, and what can be set to nothing is.
fn updated(fill: Fill) -> TaskUpdated {
    let whole_day = Due {
        date: date("2026-12-01"),
        time: None,
        zone: None,
    };
    TaskUpdated {
        task_id: TaskId(id(0x01)),
        title: fill.some("Pay the rent".into()),
        description: fill.some(String::new()),
        priority: fill.some(Priority::Low),
        due_date: Some(Set {
            value: Some(fill.some(due()).unwrap_or(whole_day)),
        }),
        start_date: Some(Set {
            value: fill.some(date("2026-11-28")),
        }),
        tags_added: fill.many(vec!["home".into()]),
        tags_removed: fill.many(vec!["work".into(), "later".into()]),
        recurrence: Some(Set {
            value: fill.some(recurrence()),
        }),
        reminders: fill.some(Set { value: reminders() }),
        blocked_by_added: fill.many(vec![TaskId(id(0x04))]),
        blocked_by_removed: fill.many(vec![TaskId(id(0x05))]),
        assignee_id: fill.some(Set {
            value: Some(UserId(id(0xa1))),
        }),
    }
}
