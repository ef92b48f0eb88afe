//! iCalendar (RFC 5545): each VTODO is a task.

mod lines;

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use taskfold_contracts::commands::ImportTask;
use taskfold_contracts::ids::TaskId;
use taskfold_contracts::values::{Due, Priority, RecursFrom};

use self::lines::{Component, Property};
use super::stem;
use crate::builder::Builder;
use crate::report::ImportError;
use crate::{dates, ids};

pub(super) fn read(text: &str, builder: &mut Builder<'_>) -> Result<(), ImportError> {
    let calendars = lines::components(text)?;
    for calendar in &calendars {
        let zones = zones_of(calendar);
        let ours = calendar
            .text("PRODID")
            .is_some_and(|id| id.starts_with("-//Taskfold//"));
        let uids = Uids { ours };
        let name = calendar
            .text("X-WR-CALNAME")
            .or_else(|| calendar.text("NAME"));
        let name = name.or_else(|| builder.options.filename.map(|name| stem(name).to_owned()));
        for component in &calendar.parts {
            match component.name.as_str() {
                "VTODO" => {
                    let mut task = todo(component, &zones, &uids, builder);
                    let list = component.text("X-TASKFOLD-LIST");
                    let list = list.or_else(|| name.clone().filter(|_| !ours));
                    task.task.list_id = list.map(|list| builder.list(&list, &list));
                    builder.add(&component.place(), task)?;
                }
                "VTIMEZONE" => {}
                other => {
                    let what = format!("{other} components");
                    let title = component.text("SUMMARY").unwrap_or_default();
                    builder.lose(&what, "only VTODO is read", &title);
                }
            }
        }
    }
    Ok(())
}

/// What has its place in a task, and what is about the calendar object itself.
const KNOWN: [&str; 22] = [
    "UID",
    "SUMMARY",
    "DESCRIPTION",
    "PRIORITY",
    "DTSTART",
    "DUE",
    "RRULE",
    "EXDATE",
    "CATEGORIES",
    "STATUS",
    "COMPLETED",
    "CREATED",
    "RELATED-TO",
    "COMMENT",
    "DTSTAMP",
    "LAST-MODIFIED",
    "SEQUENCE",
    "X-TASKFOLD-LIST",
    "DURATION",
    "RECURRENCE-ID",
    "PERCENT-COMPLETE",
    "TRANSP",
];

/// What the UIDs of a calendar are.
struct Uids {
    /// Ids of tasks: the calendar is Taskfold's own.
    ours: bool,
}

impl Uids {
    fn task_id(&self, uid: &str, builder: &Builder<'_>) -> TaskId {
        let own = uid.trim().parse().ok();
        own.filter(|_| self.ours && builder.options.keep_ids)
            .unwrap_or_else(|| builder.task_id(uid))
    }
}

/// What the VTIMEZONEs of a calendar say of their names: the zone that `X-LIC-LOCATION` names.
type Zones = BTreeMap<String, String>;

fn zones_of(calendar: &Component) -> Zones {
    let zones = calendar
        .parts
        .iter()
        .filter(|part| part.name == "VTIMEZONE");
    let located = zones.filter_map(|zone| {
        let place = zone.text("X-LIC-LOCATION")?;
        Some((zone.text("TZID")?, zone_of(&place)?))
    });
    located.collect()
}

fn todo(
    component: &Component,
    zones: &Zones,
    uids: &Uids,
    builder: &mut Builder<'_>,
) -> ImportTask {
    let place = component.place();
    let title = component.text("SUMMARY").unwrap_or_default();
    let uid = component
        .text("UID")
        .filter(|uid| !uid.trim().is_empty())
        .unwrap_or_else(|| {
            builder.warn(&place, "it has no UID: one is made of its text");
            ids::of_content(&format!("{title}\u{1f}{:?}", component.text("DTSTAMP")))
        });
    let uid = match component.text("RECURRENCE-ID") {
        Some(instance) => {
            builder.lose(
                "changed occurrences of a series",
                "they became tasks of their own",
                &title,
            );
            format!("{uid}/{instance}")
        }
        None => uid,
    };
    let mut task = builder.draft(&uid, &title);
    task.task.task_id = Some(uids.task_id(&uid, builder));
    task.task.description = component.text("DESCRIPTION").unwrap_or_default();
    task.task.priority = match component
        .text("PRIORITY")
        .and_then(|text| text.trim().parse::<u8>().ok())
    {
        Some(1) => Priority::Urgent,
        Some(2..=4) => Priority::High,
        Some(5) => Priority::Medium,
        Some(6..=9) => Priority::Low,
        _ => Priority::None,
    };
    task.task.tags = component
        .all("CATEGORIES")
        .flat_map(Property::texts)
        .collect();
    task.created_at = component
        .text("CREATED")
        .and_then(|text| dates::instant(&text));
    task.updated_at = component
        .text("LAST-MODIFIED")
        .and_then(|text| dates::instant(&text));
    for comment in component.all("COMMENT") {
        builder.comment(&mut task, &comment.text(), None);
    }
    status(component, &mut task, builder);
    days(component, zones, &mut task, builder);
    related(component, uids, &mut task, builder);
    alarms(component, &mut task, builder);
    let progress = component.text("PERCENT-COMPLETE").unwrap_or_default();
    if !matches!(progress.trim(), "" | "0" | "100") {
        builder.lose("progress", "tasks are open or done", &progress);
    }
    for property in &component.properties {
        if !KNOWN.contains(&property.name.as_str()) {
            let what = format!("property {}", property.name);
            builder.lose(&what, "there is no place for it", &property.value);
        }
    }
    task
}

fn status(component: &Component, task: &mut ImportTask, builder: &mut Builder<'_>) {
    let status = component
        .text("STATUS")
        .unwrap_or_default()
        .to_ascii_uppercase();
    let completed = component
        .text("COMPLETED")
        .and_then(|text| dates::instant(&text));
    let modified = component
        .text("LAST-MODIFIED")
        .and_then(|text| dates::instant(&text));
    if status == "COMPLETED" || completed.is_some() {
        let now = builder.options.now.timestamp().into();
        task.completed_at = Some(completed.or(modified).unwrap_or(now));
    } else if status == "CANCELLED" {
        builder.lose("cancelled tasks", "they are in the trash", &task.task.title);
        task.deleted = true;
        task.deleted_at = modified;
    } else if status == "IN-PROCESS" {
        builder.lose(
            "tasks in process",
            "tasks are open or done",
            &task.task.title,
        );
    }
}

fn days(component: &Component, zones: &Zones, task: &mut ImportTask, builder: &mut Builder<'_>) {
    let due = component
        .first("DUE")
        .and_then(|property| moment(component, property, zones, builder));
    let start = component
        .first("DTSTART")
        .and_then(|property| moment(component, property, zones, builder));
    // DUE and DURATION exclude each other: with the latter it is due that long after its start.
    let duration = component.text("DURATION");
    let ends = duration.as_deref().zip(start.as_ref());
    let ends = ends.and_then(|(duration, start)| after(start, duration));
    if let (Some(duration), None, None) = (&duration, &due, &ends) {
        builder.lose("durations", "no due date can be made of them", duration);
    }
    let due = due.or(ends);
    let repeats = component.text("RRULE");
    // Without DUE a repeating task is due when it starts, or it could not be counted on.
    match (due, start) {
        (Some(due), start) => {
            task.task.start = start.map(|start| start.date);
            task.task.due = Some(due);
        }
        (None, Some(start)) if repeats.is_some() || duration.is_some() => {
            task.task.due = Some(start);
        }
        (None, start) => task.task.start = start.map(|start| start.date),
    }
    let Some(rule) = repeats else { return };
    builder.recur(task, &rule, RecursFrom::Due);
    let excluded = component.all("EXDATE").flat_map(|property| {
        property
            .value
            .split(',')
            .filter_map(|text| Some(civil(text)?.0.date()))
            .collect::<Vec<Date>>()
    });
    if let Some(recurrence) = &mut task.task.recurrence {
        recurrence.except = excluded.collect();
    }
}

/// The moment that is `duration` after another, on the same clock.
fn after(start: &Due, duration: &str) -> Option<Due> {
    let minutes = dates::duration_minutes(duration).filter(|minutes| *minutes >= 0)?;
    let span = jiff::Span::new().try_minutes(minutes).ok()?;
    let Some(time) = start.time else {
        let days = (minutes % 1_440 == 0).then_some(minutes / 1_440)?;
        let span = jiff::Span::new().try_days(days).ok()?;
        let date = start.date.checked_add(span).ok()?;
        return Some(Due {
            date,
            ..start.clone()
        });
    };
    let local = start.date.to_datetime(time);
    let at = match start.zone.as_deref().and_then(dates::zone) {
        Some(zone) => local
            .to_zoned(zone)
            .ok()?
            .checked_add(span)
            .ok()?
            .datetime(),
        None => local.checked_add(span).ok()?,
    };
    Some(Due {
        date: at.date(),
        time: Some(at.time()),
        ..start.clone()
    })
}

/// Date and time as written, and whether it is in UTC. A date alone is at midnight, marked by `None`.
fn civil(text: &str) -> Option<(DateTime, Option<bool>)> {
    let text = text.trim();
    if !dates::is_basic(text) {
        return None;
    }
    if text.contains('T') {
        let local = text.strip_suffix('Z');
        return Some((local.unwrap_or(text).parse().ok()?, Some(local.is_some())));
    }
    let date: Date = text.parse().ok()?;
    Some((date.to_datetime(jiff::civil::Time::midnight()), None))
}

fn moment(
    component: &Component,
    property: &Property,
    zones: &Zones,
    builder: &mut Builder<'_>,
) -> Option<Due> {
    let plausible = |found: &(DateTime, Option<bool>)| (1902..=9998).contains(&found.0.year());
    let Some((at, in_utc)) = civil(&property.value).filter(plausible) else {
        let message = format!("{}: {:?} is not a date", property.name, property.value);
        builder.warn(&component.place(), message);
        return None;
    };
    let Some(in_utc) = in_utc else {
        return Some(Due {
            date: at.date(),
            time: None,
            zone: None,
        });
    };
    if in_utc {
        let home = builder.options.now.time_zone().clone();
        return Some(dates::timed(
            &at.to_zoned(TimeZone::UTC).ok()?.with_time_zone(home),
        ));
    }
    let place = |name: &str| zone_of(name).or_else(|| zones.get(name).cloned());
    let named = property.parameter("TZID").map(|name| (name, place(name)));
    let zone = match named {
        None => None,
        Some((_, Some(zone))) => Some(zone),
        Some((name, None)) => {
            let message = format!("the time zone {name:?} is unknown: your own is taken");
            builder.warn(&component.place(), message);
            builder.lose("time zones", "they are unknown: your own is taken", name);
            builder
                .options
                .now
                .time_zone()
                .iana_name()
                .map(str::to_owned)
        }
    };
    Some(Due {
        date: at.date(),
        time: Some(at.time()),
        zone,
    })
}

/// The IANA name in a TZID, which may have a prefix (`/mozilla.org/20050126_1/Europe/Berlin`).
fn zone_of(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.trim_matches(['/', '"']).split('/').collect();
    let tails =
        (0..parts.len().min(8)).map(|from| parts.iter().skip(from).copied().collect::<Vec<_>>());
    let zone = tails
        .map(|tail| tail.join("/"))
        .find_map(|name| dates::zone(&name))?;
    zone.iana_name().map(str::to_owned)
}

fn related(component: &Component, uids: &Uids, task: &mut ImportTask, builder: &mut Builder<'_>) {
    for property in component.all("RELATED-TO") {
        let other = uids.task_id(&property.text(), builder);
        match property
            .parameter("RELTYPE")
            .unwrap_or("PARENT")
            .to_ascii_uppercase()
            .as_str()
        {
            "PARENT" => task.task.parent_id = Some(other),
            "DEPENDS-ON" => task.task.blocked_by.push(other),
            kind => {
                let what = format!("relations {kind}");
                builder.lose(
                    &what,
                    "only PARENT and DEPENDS-ON are kept",
                    &task.task.title,
                );
            }
        }
    }
}

fn alarms(component: &Component, task: &mut ImportTask, builder: &mut Builder<'_>) {
    for alarm in component.parts.iter().filter(|part| part.name == "VALARM") {
        let Some(trigger) = alarm.first("TRIGGER") else {
            continue;
        };
        if let Some((at, Some(true))) = civil(&trigger.value) {
            if let Ok(at) = at.to_zoned(TimeZone::UTC) {
                builder.remind_at(task, at.timestamp().into());
            }
            continue;
        }
        // Counted from the start unless it says END; a task without a start counts from when it is due.
        let from_end = trigger
            .parameter("RELATED")
            .is_some_and(|end| end.eq_ignore_ascii_case("END"));
        let fits = from_end || task.task.start.is_none();
        match dates::duration_minutes(&trigger.value).filter(|minutes| fits && *minutes <= 0) {
            Some(minutes) => builder.remind_before(task, minutes.saturating_neg()),
            None => builder.lose(
                "reminders",
                "they are counted from the start, or are after it",
                &trigger.value,
            ),
        }
    }
}
