//! What events do to people.

use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::{Event, UserRegistered, UserUpdated};
use taskfold_contracts::ids::UserId;
use taskfold_contracts::values::{Channel, Theme, WeekStart};
use taskfold_sql::{Bound, Error, Row};
use uuid::Uuid;

use super::User;
use super::query::{USER, read_user};
use crate::apply::{Fold, Refusal};
use crate::held::Stored;
use crate::sql::{bound, name, signed, to_json};

/// What stands where something of an erased person stood.
const ERASED: &str = "erased";

/// Applies an event of a person; others change nothing.
pub(crate) fn apply(fold: &mut Fold, envelope: &Envelope) -> Result<(), Refusal> {
    let id = UserId::from(envelope.header.stream_id);
    let held = fold.users.get(fold.connection, [id.0])?;
    if let Event::UserRegistered(event) = &envelope.event {
        if held.is_some() {
            return Err(refused(envelope, "is there already"));
        }
        fold.users.put(registered(envelope, event));
        return Ok(());
    }
    let mut user = held
        .cloned()
        .ok_or_else(|| refused(envelope, "is unknown"))?;
    if let Event::UserAuthenticated(_) = &envelope.event {
        user.last_sign_in_at = Some(envelope.occurred_at);
    } else if let Event::UserUpdated(event) = &envelope.event {
        update(&mut user, event);
    } else if let Event::UserErased(_) = &envelope.event {
        erase(&mut user, envelope);
    }
    user.version = envelope.header.version.0;
    fold.users.put(user);
    Ok(())
}

fn registered(envelope: &Envelope, event: &UserRegistered) -> User {
    User {
        user_id: event.user,
        email: event.email.clone(),
        display_name: event.display_name.clone(),
        personal_workspace_id: event.personal_workspace_id,
        time_zone: event.time_zone.clone(),
        locale: event.locale.clone(),
        week_start: WeekStart::Monday,
        theme: Theme::System,
        digest_time: None,
        channels: vec![Channel::Email],
        is_admin: event.is_admin,
        registered_at: envelope.occurred_at,
        last_sign_in_at: None,
        erased_at: None,
        version: envelope.header.version.0,
    }
}

fn update(user: &mut User, event: &UserUpdated) {
    if let Some(display_name) = &event.display_name {
        user.display_name.clone_from(display_name);
    }
    if let Some(time_zone) = &event.time_zone {
        user.time_zone.clone_from(time_zone);
    }
    if let Some(locale) = &event.locale {
        user.locale.clone_from(locale);
    }
    user.week_start = event.week_start.unwrap_or(user.week_start);
    user.theme = event.theme.unwrap_or(user.theme);
    if let Some(digest_time) = &event.digest_time {
        user.digest_time.clone_from(&digest_time.value);
    }
    if let Some(channels) = &event.channels {
        user.channels.clone_from(&channels.value);
    }
}

fn erase(user: &mut User, envelope: &Envelope) {
    ERASED.clone_into(&mut user.email);
    ERASED.clone_into(&mut user.display_name);
    "UTC".clone_into(&mut user.time_zone);
    "en".clone_into(&mut user.locale);
    user.week_start = WeekStart::Monday;
    user.theme = Theme::System;
    user.digest_time = None;
    user.channels.clear();
    user.last_sign_in_at = None;
    user.erased_at = Some(envelope.occurred_at);
}

impl Stored for User {
    type Key = [Uuid; 1];
    const TABLE: &'static str = "users";
    const COLUMNS: &'static [&'static str] = USER;
    const KEYS: usize = 1;

    fn key(&self) -> [Uuid; 1] {
        [self.user_id.0]
    }

    fn values(&self) -> Vec<Bound<'_>> {
        bound![
            self.user_id.as_bytes(),
            &self.email,
            &self.display_name,
            self.personal_workspace_id.as_bytes(),
            &self.time_zone,
            &self.locale,
            name(self.week_start),
            name(self.theme),
            self.digest_time.as_ref(),
            to_json(&self.channels),
            &self.is_admin,
            &self.registered_at,
            self.last_sign_in_at.as_ref(),
            self.erased_at.as_ref(),
            signed(self.version),
        ]
    }

    fn read(row: &Row) -> Result<Self, Error> {
        read_user(row)
    }
}

fn refused(envelope: &Envelope, why: &str) -> Refusal {
    Refusal::Poison(format!(
        "{}: user {} {why}",
        envelope.header.event_type, envelope.header.stream_id
    ))
}
