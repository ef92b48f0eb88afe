//! People: state and commands.

mod register;
mod update;

use taskfold_contracts::commands::UserCommand;
use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::{
    Event, UserErased, UserRegistered, UserUpdated, WorkspaceDeleted,
};
use taskfold_contracts::ids::{StreamId, UserId, WorkspaceId};
use taskfold_contracts::position::Version;
use taskfold_contracts::values::{Actor, Channel, Theme, WeekStart};

use crate::decision::{Context, Decision, Outcome};
use crate::rejection::Rejection;

pub use register::register;

/// A person, folded from the events of their stream.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Number of the last event; 0 before they registered.
    pub version: Version,
    /// Normalised address.
    pub email: String,
    /// 1–200 characters.
    pub display_name: String,
    /// The workspace of their own; none before they registered.
    pub personal_workspace_id: Option<WorkspaceId>,
    /// IANA name.
    pub time_zone: String,
    /// BCP 47 tag.
    pub locale: String,
    /// First day of the week.
    pub week_start: WeekStart,
    /// Colours.
    pub theme: Theme,
    /// Local time of the daily digest, `HH:MM`.
    pub digest_time: Option<String>,
    /// Ways to reach them.
    pub channels: Vec<Channel>,
    /// Whether they administer the installation.
    pub is_admin: bool,
    /// Whether they were erased.
    pub erased: bool,
}

impl User {
    /// Before they registered.
    pub fn new(id: UserId) -> Self {
        Self {
            id,
            version: Version(0),
            email: String::new(),
            display_name: String::new(),
            personal_workspace_id: None,
            time_zone: "UTC".to_owned(),
            locale: "en".to_owned(),
            week_start: WeekStart::Monday,
            theme: Theme::System,
            digest_time: None,
            channels: vec![Channel::Email],
            is_admin: false,
            erased: false,
        }
    }

    /// Takes in an event of the log. One of another stream, or whose version is not above the one held,
    /// changes nothing.
    pub fn apply(&mut self, envelope: &Envelope) {
        let header = &envelope.header;
        if header.stream_id != StreamId::from(self.id) || header.version <= self.version {
            return;
        }
        self.version = header.version;
        if let Event::UserRegistered(event) = &envelope.event {
            self.registered(event);
        } else if let Event::UserUpdated(event) = &envelope.event {
            self.updated(event);
        } else if let Event::UserErased(_) = &envelope.event {
            *self = Self {
                version: self.version,
                erased: true,
                ..Self::new(self.id)
            };
        }
    }

    /// Decides a command on this person: they themselves and Taskfold may.
    pub fn decide(&self, ctx: &Context, command: &UserCommand) -> Result<Decision, Rejection> {
        let registering = match command {
            UserCommand::Register(_) => true,
            UserCommand::RecordSignIn { .. }
            | UserCommand::Update(_)
            | UserCommand::Erase
            | UserCommand::CreateWorkspace { .. } => false,
        };
        let known = self.version > Version(0) && !self.erased;
        let stranger = ctx.actor != Actor::System && ctx.actor.user() != Some(self.id);
        if !registering && (!known || stranger) {
            return Err(Rejection::not_found("user", self.id));
        }
        self.dispatch(ctx, command).map(Decision::settle)
    }

    fn dispatch(&self, ctx: &Context, command: &UserCommand) -> Outcome {
        match command {
            UserCommand::Register(_) if self.version > Version(0) => {
                Err(Rejection::id_taken(self.id.into()))
            }
            UserCommand::Register(input) => register(ctx, input),
            UserCommand::RecordSignIn { method } => update::sign_in(self, ctx, method),
            UserCommand::Update(input) => update::update(self, ctx, input),
            UserCommand::Erase => Ok(self.erase(ctx)),
            UserCommand::CreateWorkspace { workspace_id, name } => {
                register::create_workspace(self, ctx, *workspace_id, name)
            }
        }
    }

    fn erase(&self, ctx: &Context) -> Decision {
        let mut events = vec![ctx.now(UserErased { user: self.id })];
        let home = self.personal_workspace_id;
        events.extend(home.map(|workspace| ctx.now(WorkspaceDeleted { workspace })));
        Decision {
            events,
            ..Decision::nothing(self.id)
        }
    }

    fn registered(&mut self, event: &UserRegistered) {
        self.email.clone_from(&event.email);
        self.display_name.clone_from(&event.display_name);
        self.personal_workspace_id = Some(event.personal_workspace_id);
        self.time_zone.clone_from(&event.time_zone);
        self.locale.clone_from(&event.locale);
        self.is_admin = event.is_admin;
    }

    fn updated(&mut self, event: &UserUpdated) {
        if let Some(name) = &event.display_name {
            self.display_name.clone_from(name);
        }
        if let Some(zone) = &event.time_zone {
            self.time_zone.clone_from(zone);
        }
        if let Some(locale) = &event.locale {
            self.locale.clone_from(locale);
        }
        self.week_start = event.week_start.unwrap_or(self.week_start);
        self.theme = event.theme.unwrap_or(self.theme);
        if let Some(digest) = &event.digest_time {
            self.digest_time.clone_from(&digest.value);
        }
        if let Some(channels) = &event.channels {
            self.channels.clone_from(&channels.value);
        }
    }
}
