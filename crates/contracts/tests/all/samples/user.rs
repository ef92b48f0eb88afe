use taskfold_contracts::events::{
    Event, UserAuthenticated, UserErased, UserRegistered, UserUpdated,
};
use taskfold_contracts::ids::{UserId, WorkspaceId};
use taskfold_contracts::values::{Channel, Set, Theme, WeekStart};

use super::{Fill, id};

pub(crate) fn samples(fill: Fill) -> Vec<Event> {
    let user = UserId(id(0xa0));
    vec![
        UserRegistered {
            user,
            email: fill.text("anna@example.org"),
            display_name: fill.text("Anna Ångström"),
            personal_workspace_id: WorkspaceId(id(0xb0)),
            time_zone: fill.text("Europe/Berlin"),
            locale: fill.text("de-DE"),
            is_admin: fill == Fill::Full,
        }
        .into(),
        UserAuthenticated {
            user,
            method: fill.text("password"),
        }
        .into(),
        UserUpdated {
            user,
            display_name: fill.some("Anna".into()),
            time_zone: fill.some("America/New_York".into()),
            locale: fill.some("en".into()),
            week_start: fill.some(WeekStart::Sunday),
            theme: fill.some(Theme::Dark),
            digest_time: fill.some(Set {
                value: Some("07:30".into()),
            }),
            channels: fill.some(Set {
                value: vec![Channel::Email, Channel::Sms],
            }),
        }
        .into(),
        UserErased { user }.into(),
    ]
}
