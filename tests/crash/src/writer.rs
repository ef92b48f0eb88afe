//! A client that changes its own tasks, one command after another, and repeats a command under the same
//! `Idempotency-Key` until it is answered.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};
use taskfold_contracts::time::{Clock, SystemClock, Timestamp};
use taskfold_kit::{Connection, Response};
use tokio::sync::watch;

use crate::ledger::{Ledger, Owed};
use crate::random::Random;

/// Where the servers are now; empty while there is none.
pub type Address = watch::Receiver<Vec<String>>;

/// Another server at each turn; none when there is none.
pub fn one_of(places: &[String], turn: usize) -> Option<String> {
    places.get(turn.checked_rem(places.len())?).cloned()
}

/// How long one answer may take.
const ANSWER: Duration = Duration::from_secs(10);

/// One command in so many sets a reminder.
const REMINDS: u64 = 20;

/// One client.
pub struct Writer {
    number: usize,
    token: String,
    ledger: Arc<Ledger>,
    random: Random,
    mine: Vec<(String, Owed, String)>,
    commands: u64,
}

struct Command {
    method: &'static str,
    path: String,
    body: String,
    task: Option<usize>,
    after: Owed,
    /// When the reminder of a new task is to fire, which then is left alone.
    reminds_at: Option<Timestamp>,
}

impl Writer {
    /// With a number that no other writer of the account has.
    pub fn new(number: usize, token: String, ledger: Arc<Ledger>, seed: u64) -> Self {
        Self {
            number,
            token,
            ledger,
            random: Random::new(seed),
            mine: Vec::new(),
            commands: 0,
        }
    }

    /// Works until `stop` says so; a command under way is finished first.
    pub async fn run(mut self, mut address: Address, stop: watch::Receiver<bool>) -> Result<()> {
        while !*stop.borrow() {
            let command = self.next_command();
            self.commands += 1;
            let key = format!("w{}-{}", self.number, self.commands);
            let Some(answer) = self
                .until_answered(&mut address, &stop, &command, &key)
                .await?
            else {
                return Ok(());
            };
            self.settle(command, &answer)?;
            if self.random.below(4) == 0 {
                self.read_own_write(&mut address).await;
            }
        }
        Ok(())
    }

    fn next_command(&mut self) -> Command {
        let fresh = Owed {
            title: format!("w{} task {}", self.number, self.commands),
            completed: false,
            deleted: false,
            version: 0,
            position: String::new(),
        };
        if self.commands % REMINDS == REMINDS - 1 {
            return self.reminder(fresh);
        }
        if self.mine.len() < 3 || self.random.below(5) == 0 {
            let body = format!(r#"{{"title":"{}"}}"#, fresh.title);
            return Command {
                method: "POST",
                path: "/api/v1/tasks".into(),
                body,
                task: None,
                after: fresh,
                reminds_at: None,
            };
        }
        let index = self.random.index(self.mine.len());
        let (id, now, change) = self.mine[index].clone();
        let path = |tail: &str| format!("/api/v1/tasks/{id}{tail}");
        let mut after = now.clone();
        let (method, path, body) = match (self.random.below(5), now.deleted, now.completed) {
            (_, true, _) => {
                after.deleted = false;
                ("POST", path("/restore"), String::new())
            }
            (0, false, _) => {
                after.deleted = true;
                ("DELETE", path(""), String::new())
            }
            (1, false, false) => {
                after.completed = true;
                ("POST", path("/complete"), String::new())
            }
            (1, false, true) => {
                after.completed = false;
                ("POST", path("/reopen"), String::new())
            }
            (2, false, _) if now.version == 1 => {
                // Undoing the creation puts the task into the trash.
                after.deleted = true;
                (
                    "POST",
                    "/api/v1/undo".into(),
                    format!(r#"{{"change_id":"{change}"}}"#),
                )
            }
            _ => {
                after.title = format!("w{} renamed {}", self.number, self.commands);
                (
                    "PATCH",
                    path(""),
                    format!(r#"{{"title":"{}"}}"#, after.title),
                )
            }
        };
        after.version += 1;
        Command {
            method,
            path,
            body,
            task: Some(index),
            after,
            reminds_at: None,
        }
    }

    /// A task that reminds in a moment.
    fn reminder(&mut self, after: Owed) -> Command {
        let millis = 1_000 + i64::try_from(self.random.below(3_000)).unwrap_or_default();
        let at = Timestamp::from_millis(SystemClock.now().as_millis() + millis);
        let body = json!({"title": after.title, "reminders": [{"at": at}]});
        Command {
            method: "POST",
            path: "/api/v1/tasks".into(),
            body: body.to_string(),
            task: None,
            after,
            reminds_at: Some(at),
        }
    }

    /// Sends until there is an answer, each time to another server; `None` when told to stop while all are down
    /// for good.
    async fn until_answered(
        &self,
        address: &mut Address,
        stop: &watch::Receiver<bool>,
        command: &Command,
        key: &str,
    ) -> Result<Option<Response>> {
        let mut tries = 0;
        loop {
            let now = one_of(&address.borrow_and_update(), self.number + tries);
            if let Some(now) = now {
                if tries > 0 {
                    self.ledger.retried();
                }
                match self.try_once(&now, command, key).await {
                    Ok(answer) if answer.status < 500 => return Ok(Some(answer)),
                    Ok(_) | Err(_) => tries += 1,
                }
            } else if *stop.borrow() {
                return Ok(None);
            }
            // Wait for the next life of the server, or try again after a refusal.
            let _ = tokio::time::timeout(Duration::from_millis(50), address.changed()).await;
        }
    }

    async fn try_once(&self, address: &str, command: &Command, key: &str) -> Result<Response> {
        tokio::time::timeout(ANSWER, async {
            let mut connection = Connection::open(address).await?;
            connection
                .send_with_headers(
                    command.method,
                    &command.path,
                    &format!(
                        "authorization: Bearer {}\r\nidempotency-key: {key}\r\n",
                        self.token
                    ),
                    &command.body,
                )
                .await
        })
        .await?
    }

    fn settle(&mut self, command: Command, answer: &Response) -> Result<()> {
        let json = answer.json()?;
        if answer.status >= 300 {
            self.ledger.violation(format!(
                "{} {} {} was refused with {}: {json}",
                command.method, command.path, command.body, answer.status
            ));
            return Ok(());
        }
        let text = |field: &str| json[field].as_str().map(str::to_owned);
        let (Some(change), Some(position)) = (text("change_id"), text("position")) else {
            // Each command here changes something; to a server that lost or doubled one it may not.
            let (method, path) = (command.method, &command.path);
            self.ledger
                .violation(format!("{method} {path} changed nothing: {json}"));
            return Ok(());
        };
        if let (Some(at), Some(id)) = (command.reminds_at, text("id")) {
            // One that was stored after its moment does not fire; what was answered before, was stored before.
            let owed = SystemClock.now() < at;
            self.ledger
                .acknowledge_reminder(&id, &change, &position, owed);
            return Ok(());
        }
        let mut owed = Owed {
            position,
            ..command.after
        };
        let index = if let Some(index) = command.task {
            index
        } else {
            owed.version = 1;
            let Some(id) = text("id") else {
                bail!("no id in {json}")
            };
            self.mine.push((id, owed.clone(), change.clone()));
            self.mine.len() - 1
        };
        let id = self.mine[index].0.clone();
        if let Some(version) = json["version"].as_u64()
            && version != owed.version
            && json["id"].as_str() == Some(&id)
        {
            self.ledger
                .violation(format!("{id}: version {version}, owed {}", owed.version));
        }
        self.mine[index].1 = owed.clone();
        self.ledger.acknowledge(&id, &change, owed);
        if self.mine.len() > 40 {
            self.mine.remove(0);
        }
        Ok(())
    }

    /// Guarantee 5: a read that sends the position back sees the write, or says 503.
    async fn read_own_write(&self, address: &mut Address) {
        let Some((id, owed, _)) = self.mine.last() else {
            return;
        };
        let turn = self.number + self.mine.len();
        let Some(now) = one_of(&address.borrow(), turn) else {
            return;
        };
        let headers = format!(
            "authorization: Bearer {}\r\ntaskfold-position: {}\r\n",
            self.token, owed.position
        );
        let path = format!("/api/v1/tasks/{id}");
        let reading = async {
            let mut connection = Connection::open(&now).await?;
            connection
                .send_with_headers("GET", &path, &headers, "")
                .await
        };
        // A crash in between is not a violation: the answer is then an error, not a stale task.
        let Ok(Ok(answer)) = tokio::time::timeout(ANSWER, reading).await else {
            return;
        };
        if answer.status >= 500 {
            return;
        }
        match answer.json() {
            Ok(json) => {
                if let Some(found) = differs(&json, owed) {
                    self.ledger
                        .violation(format!("stale read of {id}: {found}"));
                }
            }
            Err(error) => self.ledger.violation(format!("read of {id}: {error}")),
        }
    }
}

/// What in the task as served is not as owed.
pub fn differs(task: &Value, owed: &Owed) -> Option<String> {
    let served = (
        task["title"].as_str().unwrap_or_default(),
        !task["completed_at"].is_null(),
        !task["deleted_at"].is_null(),
        task["version"].as_u64().unwrap_or_default(),
    );
    let wanted = (
        owed.title.as_str(),
        owed.completed,
        owed.deleted,
        owed.version,
    );
    (served != wanted).then(|| format!("served {served:?}, owed {wanted:?}"))
}
