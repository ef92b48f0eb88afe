//! Text that people write: normalised (NFC), trimmed, free of control characters, of bounded length. One line
//! of it (titles, names, tags) has something that can be seen and no character that turns its direction.

mod unseen;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::rejection::FieldError;

/// Longest title of a task, in characters.
pub const TITLE_MAX: usize = 500;
/// Longest description of a task, in bytes.
pub const DESCRIPTION_MAX: usize = 64 * 1024;
/// Longest comment, in bytes.
pub const COMMENT_MAX: usize = 16 * 1024;
/// Longest name of a list, workspace, filter or person, in characters.
pub const NAME_MAX: usize = 200;
/// Longest tag, in characters.
pub const TAG_MAX: usize = 100;
/// Most tags of a task.
pub const TAGS_MAX: usize = 50;
/// Longest query of a saved filter, in bytes.
pub const QUERY_MAX: usize = 4096;

/// A task's title: 1–500 characters on one line.
pub fn title(field: &str, raw: &str) -> Result<String, FieldError> {
    line(field, raw, TITLE_MAX)
}

/// The name of a list, workspace, filter or person: 1–200 characters on one line.
pub fn name(field: &str, raw: &str) -> Result<String, FieldError> {
    line(field, raw, NAME_MAX)
}

/// Markdown of at most 64 KiB, maybe empty.
pub fn description(field: &str, raw: &str) -> Result<String, FieldError> {
    prose(field, raw, DESCRIPTION_MAX)
}

/// A comment: Markdown of 1 character to 16 KiB.
pub fn comment(field: &str, raw: &str) -> Result<String, FieldError> {
    let body = prose(field, raw, COMMENT_MAX)?;
    if body.is_empty() {
        Err(empty(field))
    } else {
        Ok(body)
    }
}

/// The query or the sort keys of a saved filter: one line of at most 4 KiB, maybe empty.
pub fn query(field: &str, raw: &str) -> Result<String, FieldError> {
    let text = normal(raw);
    no_control(field, &text, |_| false)?;
    if text.len() > QUERY_MAX {
        return Err(FieldError::new(
            field,
            "too_long",
            format!("longer than {QUERY_MAX} bytes"),
        ));
    }
    Ok(text)
}

/// Tags: each 1–100 characters on one line; the set is sorted and unique without regard to case (the first
/// spelling stays), at most 50.
pub fn tags(field: &str, raw: &[String]) -> Result<Vec<String>, FieldError> {
    let mut tags: Vec<String> = Vec::with_capacity(raw.len().min(TAGS_MAX));
    for (index, tag) in raw.iter().enumerate() {
        let tag = line(&format!("{field}[{index}]"), tag, TAG_MAX)?;
        if !tags.iter().any(|known| same_tag(known, &tag)) {
            tags.push(tag);
        }
        if tags.len() > TAGS_MAX {
            return Err(FieldError::new(
                field,
                "too_many",
                format!("more than {TAGS_MAX} tags"),
            ));
        }
    }
    tags.sort_unstable();
    Ok(tags)
}

/// Whether two tags, or the names of two lists, are one: they differ in case only.
pub fn same_tag(left: &str, right: &str) -> bool {
    left == right || left.to_lowercase() == right.to_lowercase()
}

/// What the names of two lists have in common that are one.
pub(crate) fn key(name: &str) -> String {
    normal(name).to_lowercase()
}

/// A colour `#rrggbb`, in lower case.
pub fn color(field: &str, raw: &str) -> Result<String, FieldError> {
    let text = raw.trim();
    let hex = text.strip_prefix('#').unwrap_or_default();
    if hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(text.to_ascii_lowercase());
    }
    Err(FieldError::new(field, "not_a_color", "expected #rrggbb"))
}

/// An e-mail address in its normal form: trimmed, lower case. Whether it works only a message can tell, so
/// only what can never be one is refused.
pub fn email(field: &str, raw: &str) -> Result<String, FieldError> {
    let text = normal(raw).to_lowercase();
    let wrong = || FieldError::new(field, "not_an_email", "expected name@example.org");
    let (local, host) = text.rsplit_once('@').ok_or_else(wrong)?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c);
    let host_ok = !host.starts_with('.') && !host.ends_with('.') && !host.contains("..");
    if local.is_empty() || local.contains('@') || host.is_empty() || !host_ok {
        return Err(wrong());
    }
    if text.len() > 254 || text.chars().any(odd) {
        return Err(wrong());
    }
    Ok(text)
}

/// The name of a time zone that the time zone database has.
pub fn time_zone(field: &str, raw: &str) -> Result<String, FieldError> {
    let name = raw.trim();
    match jiff::tz::TimeZone::get(name) {
        Ok(zone) => Ok(zone.iana_name().unwrap_or(name).to_owned()),
        Err(_) => Err(FieldError::new(
            field,
            "unknown_time_zone",
            "expected a name such as Europe/Berlin",
        )),
    }
}

/// A BCP 47 language tag, by its shape.
pub fn locale(field: &str, raw: &str) -> Result<String, FieldError> {
    let tag = raw.trim();
    let part_ok = |part: &str| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let language = tag.split('-').next().unwrap_or_default();
    let language_ok = (2..=8).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    if tag.len() <= 35 && language_ok && tag.split('-').all(part_ok) {
        return Ok(tag.to_owned());
    }
    Err(FieldError::new(
        field,
        "not_a_locale",
        "expected a tag such as en-GB",
    ))
}

fn line(field: &str, raw: &str, max: usize) -> Result<String, FieldError> {
    let text = normal(raw);
    if text.is_empty() {
        return Err(empty(field));
    }
    no_control(field, &text, |_| false)?;
    legible(field, &text)?;
    // Bytes first: counting characters is only needed when there are more bytes than characters allowed.
    if text.len() > max && text.chars().count() > max {
        return Err(FieldError::new(
            field,
            "too_long",
            format!("longer than {max} characters"),
        ));
    }
    Ok(text)
}

fn prose(field: &str, raw: &str, max: usize) -> Result<String, FieldError> {
    let text = if raw.contains('\r') {
        normal(&raw.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        normal(raw)
    };
    no_control(field, &text, |c| c == '\n' || c == '\t')?;
    if text.len() > max {
        return Err(FieldError::new(
            field,
            "too_long",
            format!("longer than {max} bytes"),
        ));
    }
    Ok(text)
}

fn normal(raw: &str) -> String {
    let trimmed = raw.trim();
    if is_nfc(trimmed) {
        trimmed.to_owned()
    } else {
        trimmed.nfc().collect()
    }
}

fn no_control(field: &str, text: &str, allowed: fn(char) -> bool) -> Result<(), FieldError> {
    // The line and paragraph separators break lines like control characters do.
    let forbidden = |c: char| (c.is_control() || c == '\u{2028}' || c == '\u{2029}') && !allowed(c);
    match text.chars().find(|c| forbidden(*c)) {
        None => Ok(()),
        Some(c) => Err(FieldError::new(
            field,
            "control_character",
            format!("contains the control character U+{:04X}", u32::from(c)),
        )),
    }
}

/// Refuses text that shows nothing, or that shows something else than it says.
fn legible(field: &str, text: &str) -> Result<(), FieldError> {
    if text.is_ascii() {
        return Ok(());
    }
    if let Some(c) = unseen::turning(text) {
        let message = format!(
            "contains {}, which turns the direction of text",
            unseen::name_of(c)
        );
        return Err(FieldError::new(field, "direction_control", message));
    }
    if let Some(c) = unseen::all_unseen(text) {
        let message = format!(
            "has nothing that can be seen, only {} and its like",
            unseen::name_of(c)
        );
        return Err(FieldError::new(field, "invisible", message));
    }
    Ok(())
}

fn empty(field: &str) -> FieldError {
    FieldError::new(field, "empty", "must not be empty")
}
