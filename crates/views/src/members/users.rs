//! What events do to people.

use rusqlite::{Connection, OptionalExtension, params};
use taskfold_contracts::envelope::Envelope;
use taskfold_contracts::events::{Event, UserRegistered, UserUpdated};
use taskfold_contracts::ids::UserId;
use taskfold_contracts::values::{Channel, Theme, WeekStart};

use super::User;
use super::query::{USER, read_user};
use crate::apply::Refusal;
use crate::sql::{name, signed, to_json};

/// What stands where something of an erased person stood.
const ERASED: &str = "erased";

/// Applies an event of a person; others change nothing.
pub(crate) fn apply(connection: &Connection, envelope: &Envelope) -> Result<(), Refusal> {
    let id = UserId::from(envelope.header.stream_id);
    let held = connection
        .prepare_cached(&format!("{USER} WHERE user_id = ?1"))?
        .query_row([id.as_bytes()], read_user)
        .optional()?;
    if let Event::UserRegistered(event) = &envelope.event {
        return match held {
            Some(_) => Err(refused(envelope, "is there already")),
            None => Ok(write(connection, &registered(envelope, event))?),
        };
    }
    let mut user = held.ok_or_else(|| refused(envelope, "is unknown"))?;
    if let Event::UserAuthenticated(_) = &envelope.event {
        user.last_sign_in_at = Some(envelope.occurred_at);
    } else if let Event::UserUpdated(event) = &envelope.event {
        update(&mut user, event);
    } else if let Event::UserErased(_) = &envelope.event {
        erase(&mut user, envelope);
    }
    user.version = envelope.header.version.0;
    Ok(write(connection, &user)?)
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

fn write(connection: &Connection, user: &User) -> Result<(), rusqlite::Error> {
    connection
        .prepare_cached(
            "INSERT INTO users (user_id, email, display_name, personal_workspace_id, time_zone,
                 locale, week_start, theme, digest_time, channels, is_admin, registered_at,
                 last_sign_in_at, erased_at, version)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
             ON CONFLICT (user_id) DO UPDATE SET email = excluded.email,
                 display_name = excluded.display_name, time_zone = excluded.time_zone,
                 locale = excluded.locale, week_start = excluded.week_start,
                 theme = excluded.theme, digest_time = excluded.digest_time,
                 channels = excluded.channels, last_sign_in_at = excluded.last_sign_in_at,
                 erased_at = excluded.erased_at, version = excluded.version",
        )?
        .execute(params![
            user.user_id.as_bytes(),
            user.email,
            user.display_name,
            user.personal_workspace_id.as_bytes(),
            user.time_zone,
            user.locale,
            name(user.week_start),
            name(user.theme),
            user.digest_time,
            to_json(&user.channels),
            user.is_admin,
            user.registered_at.as_millis(),
            user.last_sign_in_at
                .map(taskfold_contracts::time::Timestamp::as_millis),
            user.erased_at
                .map(taskfold_contracts::time::Timestamp::as_millis),
            signed(user.version),
        ])?;
    Ok(())
}

fn refused(envelope: &Envelope, why: &str) -> Refusal {
    Refusal::Poison(format!(
        "{}: user {} {why}",
        envelope.header.event_type, envelope.header.stream_id
    ))
}
