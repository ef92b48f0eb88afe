//! A made-up history of one workspace: 40 % creations, 35 % edits, 15 % completions, 5 % moves, 5 %
//! comments, the same for the same size.

use anyhow::Result;
use taskfold_contracts::envelope::{ChangeContext, Draft};
use taskfold_contracts::events::{
    Event, TaskCommented, TaskCompleted, TaskCreated, TaskMoved, TaskUpdated,
};
use taskfold_contracts::ids::{
    ChangeId, CommentId, CorrelationId, EventId, TaskId, UserId, WorkspaceId,
};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Actor, Due, Priority, Set};
use taskfold_log::{Append, Log};
use uuid::Uuid;

/// 2026-01-01T00:00:00Z.
const START_MS: i64 = 1_767_225_600_000;
const WORDS: [&str; 12] = [
    "invoice", "garden", "report", "call", "budget", "travel", "review", "kitchen", "letter",
    "meeting", "design", "school",
];

/// A word of 20 tasks when there are creations only, spread over all of them.
pub(crate) const IN_TWENTY: &str = "landmark";
/// A word of the first task.
pub(crate) const IN_ONE: &str = "milestone";
/// A word of every task.
pub(crate) const IN_ALL: &str = "number";

/// Makes events one after another.
pub(crate) struct Corpus {
    workspace: WorkspaceId,
    user: UserId,
    made: u64,
    tasks: u64,
    /// How many creations there will be, if there is nothing else, for measuring by their number.
    creations: Option<u64>,
}

impl Corpus {
    pub(crate) fn mixed(workspace: WorkspaceId, user: UserId) -> Self {
        Self {
            workspace,
            user,
            made: 0,
            tasks: 0,
            creations: None,
        }
    }

    pub(crate) fn creations(workspace: WorkspaceId, user: UserId, tasks: u64) -> Self {
        Self {
            workspace,
            user,
            made: 0,
            tasks: 0,
            creations: Some(tasks),
        }
    }

    /// Appends `events` events to `log`, up to 1,000 a change.
    pub(crate) async fn append_to(&mut self, log: &Log, events: u64) -> Result<()> {
        let mut left = events;
        while left > 0 {
            let size = left.min(1_000);
            log.append(self.change(size)?).await?;
            left -= size;
        }
        Ok(())
    }

    /// The workspace that it is of.
    pub(crate) fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// The next `size` events as one change.
    pub(crate) fn change(&mut self, size: u64) -> Result<Append> {
        let context = ChangeContext {
            workspace_id: self.workspace,
            actor: Actor::User(self.user),
            change_id: ChangeId(self.id(3)),
            undoes: None,
            correlation_id: CorrelationId(self.id(4)),
            causation_id: None,
        };
        let drafts = (0..size).map(|_| {
            let id = EventId(self.id(5));
            let at = Timestamp::from_millis(START_MS + i64::try_from(self.made)? * 20);
            let event = self.event();
            Ok(Draft::new(&context, id, at, &event)?)
        });
        let drafts = drafts.collect::<Result<Vec<_>>>()?;
        Ok(Append {
            workspace_id: self.workspace,
            expected: Vec::new(),
            drafts,
            idempotency: None,
            claims: Vec::new(),
        })
    }

    /// A time-ordered id (version 7), unique by kind, number and workspace.
    fn id(&self, kind: u8) -> Uuid {
        let millis = u64::try_from(START_MS).unwrap_or_default() + self.made * 20;
        let mut tail = [0; 10];
        tail[0] = kind;
        tail[1..6].copy_from_slice(&self.made.to_be_bytes()[3..]);
        tail[6..].copy_from_slice(&self.workspace.as_bytes()[12..]);
        uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }

    fn task(&self, number: u64) -> TaskId {
        let mut tail = [0; 10];
        tail[0] = 1;
        tail[1..6].copy_from_slice(&number.to_be_bytes()[3..]);
        tail[6..].copy_from_slice(&self.workspace.as_bytes()[12..]);
        let millis = u64::try_from(START_MS).unwrap_or_default() + number;
        TaskId(uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid())
    }

    fn event(&mut self) -> Event {
        self.made += 1;
        // A multiplicative step spreads the choices without a generator's state.
        let roll = self.made.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let share = if self.creations.is_some() {
            0
        } else {
            roll % 100
        };
        if share < 40 || self.tasks == 0 {
            return self.created(roll);
        }
        let task_id = self.task(roll % self.tasks);
        match share {
            40..75 => self.updated(task_id, roll),
            75..90 => TaskCompleted {
                task_id,
                next_id: None,
            }
            .into(),
            90..95 => TaskMoved {
                task_id,
                list_id: None,
                parent_id: None,
                rank: rank(roll),
            }
            .into(),
            _ => TaskCommented {
                task_id,
                comment_id: CommentId(self.id(2)),
                author_id: Some(self.user),
                body: format!("{} is under way", word(roll)),
            }
            .into(),
        }
    }

    fn created(&mut self, roll: u64) -> Event {
        let task_id = self.task(self.tasks);
        self.tasks += 1;
        TaskCreated {
            task_id,
            title: format!(
                "{} {} {IN_ALL} {}{}",
                word(roll),
                word(roll >> 7),
                self.tasks,
                self.landmark()
            ),
            description: String::new(),
            priority: Priority::ALL[usize::try_from(roll % 5).unwrap_or_default()],
            due_date: roll.is_multiple_of(2).then(|| due(roll)),
            start_date: None,
            tags: vec![word(roll >> 11).to_owned()],
            recurrence: None,
            reminders: Vec::new(),
            list_id: None,
            parent_id: None,
            rank: rank(self.tasks),
            blocked_by: Vec::new(),
            assignee_id: None,
            previous_id: None,
            origin: None,
            created_by: None,
            updated_at: None,
        }
        .into()
    }

    /// What the title of the newest task ends in.
    fn landmark(&self) -> String {
        let mut end = String::new();
        if self.tasks == 1 {
            end = format!(" {IN_ONE}");
        }
        let apart = self.creations.map_or(0, |all| all / 20);
        if apart > 0 && self.tasks.is_multiple_of(apart) {
            end = format!("{end} {IN_TWENTY}");
        }
        end
    }

    fn updated(&self, task_id: TaskId, roll: u64) -> Event {
        TaskUpdated {
            task_id,
            title: roll
                .is_multiple_of(3)
                .then(|| format!("{} again {}", word(roll), self.made)),
            description: None,
            priority: Some(Priority::ALL[usize::try_from(roll % 5).unwrap_or_default()]),
            due_date: Some(Set {
                value: Some(due(roll)),
            }),
            start_date: None,
            tags_added: Vec::new(),
            tags_removed: Vec::new(),
            recurrence: None,
            reminders: None,
            blocked_by_added: Vec::new(),
            blocked_by_removed: Vec::new(),
            assignee_id: None,
        }
        .into()
    }
}

fn word(roll: u64) -> &'static str {
    WORDS[usize::try_from(roll % 12).unwrap_or_default()]
}

fn due(roll: u64) -> Due {
    let day = i8::try_from(roll % 28).unwrap_or_default() + 1;
    Due {
        date: jiff::civil::date(2026, 12, day),
        time: None,
        zone: None,
    }
}

/// Seven base-62 digits that keep the order of numbers.
fn rank(number: u64) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = vec![b'V'; 8];
    let mut left = number;
    for place in (0..7).rev() {
        text[place] = DIGITS[usize::try_from(left % 62).unwrap_or_default()];
        left /= 62;
    }
    String::from_utf8_lossy(&text).into_owned()
}
