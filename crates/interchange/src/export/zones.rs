//! VTIMEZONE components (RFC 5545, section 3.6.5), made from the time zone database.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use super::ical::Lines;

/// The years whose changes of the clock are listed: what is due lies in them, mostly.
const FROM: i16 = 1970;
const UNTIL: i16 = 2050;

/// Times at which the clock goes from one offset to another, each on the clock before the change.
struct Observance {
    daylight: bool,
    name: String,
    from: Offset,
    to: Offset,
    begins: Vec<DateTime>,
}

/// Writes the component of a zone; nothing when the database does not know it.
pub(super) fn write(lines: &mut Lines<'_>, name: &str) {
    let Ok(zone) = TimeZone::get(name) else {
        return;
    };
    lines.put("BEGIN", "VTIMEZONE");
    lines.put("TZID", name);
    for observance in observances(&zone) {
        let kind = if observance.daylight {
            "DAYLIGHT"
        } else {
            "STANDARD"
        };
        lines.put("BEGIN", kind);
        let mut begins = observance.begins.iter().map(|at| stamp(*at));
        lines.put("DTSTART", &begins.next().unwrap_or_default());
        let others: Vec<String> = begins.collect();
        if !others.is_empty() {
            lines.put("RDATE", &others.join(","));
        }
        lines.put("TZOFFSETFROM", &offset(observance.from));
        lines.put("TZOFFSETTO", &offset(observance.to));
        lines.text("TZNAME", &observance.name);
        lines.put("END", kind);
    }
    lines.put("END", "VTIMEZONE");
}

fn observances(zone: &TimeZone) -> Vec<Observance> {
    let epoch = DateTime::constant(FROM, 1, 1, 0, 0, 0, 0);
    let start = TimeZone::UTC
        .to_timestamp(epoch)
        .unwrap_or(Timestamp::UNIX_EPOCH);
    let first = zone.to_offset_info(start);
    let mut before = first.offset();
    let mut found = vec![Observance {
        daylight: false,
        name: first.abbreviation().to_owned(),
        from: before,
        to: before,
        begins: vec![epoch],
    }];
    for change in zone.following(start) {
        let at = before.to_datetime(change.timestamp());
        if at.year() > UNTIL {
            break;
        }
        let (daylight, to) = (change.dst().is_dst(), change.offset());
        let name = change.abbreviation();
        let same = |held: &&mut Observance| {
            (held.daylight, held.from, held.to) == (daylight, before, to) && held.name == name
        };
        match found.iter_mut().skip(1).find(same) {
            Some(held) => held.begins.push(at),
            None => found.push(Observance {
                daylight,
                name: name.to_owned(),
                from: before,
                to,
                begins: vec![at],
            }),
        }
        before = to;
    }
    found
}

fn stamp(at: DateTime) -> String {
    at.strftime("%Y%m%dT%H%M%S").to_string()
}

/// `+0100`, with seconds where there are some.
fn offset(offset: Offset) -> String {
    let seconds = offset.seconds();
    let (sign, rest) = (if seconds < 0 { '-' } else { '+' }, seconds.abs());
    let (hours, minutes, seconds) = (rest / 3_600, rest / 60 % 60, rest % 60);
    if seconds == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{seconds:02}")
    }
}
