//! Changing profile and preferences, signing in.

use taskfold_contracts::commands::UpdateUser;
use taskfold_contracts::events::{UserAuthenticated, UserUpdated};
use taskfold_contracts::values::Set;

use super::User;
use crate::decision::{Context, Decision, Outcome};
use crate::rejection::{Faults, FieldError};
use crate::text;

/// Notes that somebody signed in.
pub(super) fn sign_in(user: &User, ctx: &Context, method: &str) -> Outcome {
    let mut faults = Faults::default();
    let method = faults.take(text::name("method", method));
    faults.end()?;
    Ok(Decision::one(
        ctx,
        UserAuthenticated {
            user: user.id,
            method,
        },
    ))
}

/// Changes the fields that differ.
pub(super) fn update(user: &User, ctx: &Context, input: &UpdateUser) -> Outcome {
    let mut faults = Faults::default();
    let name = input.display_name.as_deref();
    let zone = input.time_zone.as_deref();
    let locale = input.locale.as_deref();
    let name = name.map(|name| faults.take(text::name("display_name", name)));
    let zone = zone.map(|zone| faults.take(text::time_zone("time_zone", zone)));
    let locale = locale.map(|locale| faults.take(text::locale("locale", locale)));
    let digest = input.digest_time.as_ref().map(|time| {
        time.as_deref()
            .and_then(|time| faults.good(time_of_day("digest_time", time)))
    });
    faults.end()?;
    let channels = input.channels.as_ref().map(|channels| {
        let mut channels = channels.clone();
        channels.sort_unstable();
        channels.dedup();
        channels
    });
    let event = UserUpdated {
        user: user.id,
        display_name: name.filter(|name| *name != user.display_name),
        time_zone: zone.filter(|zone| *zone != user.time_zone),
        locale: locale.filter(|locale| *locale != user.locale),
        week_start: input.week_start.filter(|start| *start != user.week_start),
        theme: input.theme.filter(|theme| *theme != user.theme),
        digest_time: digest
            .filter(|time| *time != user.digest_time)
            .map(|value| Set { value }),
        channels: channels
            .filter(|new| *new != user.channels)
            .map(|value| Set { value }),
    };
    let nothing = UserUpdated {
        user: user.id,
        display_name: None,
        time_zone: None,
        locale: None,
        week_start: None,
        theme: None,
        digest_time: None,
        channels: None,
    };
    if event == nothing {
        return Ok(Decision::nothing(user.id));
    }
    Ok(Decision::one(ctx, event))
}

fn time_of_day(field: &str, raw: &str) -> Result<String, FieldError> {
    let digits = |text: &str| (text.len() == 2).then(|| text.parse::<u8>().ok()).flatten();
    let time = raw
        .split_once(':')
        .and_then(|(h, m)| Some((digits(h)?, digits(m)?)));
    match time {
        Some((hour, minute)) if hour < 24 && minute < 60 => Ok(format!("{hour:02}:{minute:02}")),
        _ => Err(FieldError::new(field, "not_a_time", "expected HH:MM")),
    }
}
