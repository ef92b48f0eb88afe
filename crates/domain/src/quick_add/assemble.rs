//! Phrases to a task: which of them count, what is due, what is left as the title.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};
use taskfold_contracts::commands::{RecurrenceInput, ReminderInput};
use taskfold_contracts::values::{Due, Priority, RecursFrom};

use super::dates::midnight;
use super::grammar::{Meaning, Phrase, When};
use super::repeats::{self, Repeat};
use super::tokens::{Form, Token};
use super::{QuickAdd, Settings, Span, SpanKind, vocabulary};
use crate::recurrence::{self, End, Frequency, Rule, Until};

/// What the phrases that count say together.
#[derive(Default)]
struct Said {
    when: When,
    repeat: Option<Repeat>,
    end: Option<End>,
    start: Option<Date>,
    priority: Option<Priority>,
}

pub(super) fn assemble(
    text: &str,
    tokens: &[Token<'_>],
    mut phrases: Vec<Phrase>,
    note_at: Option<usize>,
    settings: &Settings,
) -> QuickAdd {
    let mut said = Said::default();
    let repeats = phrases
        .iter()
        .any(|phrase| matches!(phrase.meaning, Meaning::Repeat(_)));
    let mut kept = Vec::new();
    while let Some(phrase) = phrases.pop() {
        if said.take(&phrase.meaning, repeats) {
            kept.push(phrase);
        }
    }
    kept.reverse();
    said.settle_midnight(settings.now.date());
    said.settle_hour();
    let (due, recurrence) = said.due(settings);
    if due.is_none() {
        kept.retain(|phrase| !matches!(phrase.meaning, Meaning::Reminder(_)));
    }
    let note = note_at.and_then(|at| text.get(at + 2..)).map(str::trim);
    let note = note.filter(|note| note.contains(|letter| !matches!(letter, '/' | ' ')));
    let note = note.map(str::to_owned);
    let mut result = QuickAdd {
        title: title(text, tokens, &kept, note_at),
        spans: kept
            .iter()
            .map(|phrase| span(tokens, phrase, recurrence.as_ref(), due.as_ref()))
            .collect(),
        due,
        start: said.start.filter(|_| !repeats),
        recurrence,
        priority: said.priority.unwrap_or_default(),
        hashes: Vec::new(),
        mentions: Vec::new(),
        reminders: Vec::new(),
        note,
    };
    for phrase in kept {
        collect(&mut result, phrase.meaning);
    }
    if let (Some(start), Some(note)) = (note_at, &result.note) {
        let value = note.clone();
        let end = start + text[start..].trim_end().len();
        result.spans.push(Span {
            start,
            end,
            kind: SpanKind::Note,
            value,
        });
    }
    result
}

/// What may stand there more than once.
fn collect(result: &mut QuickAdd, meaning: Meaning) {
    match meaning {
        Meaning::Hash(name) => result.hashes.push(name),
        Meaning::Mention(name) => result.mentions.push(name),
        Meaning::Reminder(minutes) => {
            let reminder = ReminderInput {
                minutes_before_due: Some(minutes),
                ..ReminderInput::default()
            };
            if !result.reminders.contains(&reminder) {
                result.reminders.push(reminder);
            }
        }
        Meaning::When(_)
        | Meaning::Repeat(_)
        | Meaning::Until(_)
        | Meaning::Count(_)
        | Meaning::Start(_)
        | Meaning::Priority(_) => {}
    }
}

impl Said {
    /// Takes a phrase, coming from the end of the text; `false` when a later one has said it already.
    fn take(&mut self, meaning: &Meaning, repeats: bool) -> bool {
        match meaning {
            Meaning::When(when) => self.take_when(when),
            Meaning::Repeat(repeat) => fill(&mut self.repeat, Some(repeat.as_ref().clone())),
            // An end belongs to a repetition before it.
            Meaning::Until(date) => {
                let end = End::Until(Until::Day(*date));
                repeats && self.repeat.is_none() && fill(&mut self.end, Some(end))
            }
            Meaning::Count(count) => {
                repeats && self.repeat.is_none() && fill(&mut self.end, Some(End::Count(*count)))
            }
            Meaning::Start(date) => fill(&mut self.start, Some(*date)),
            Meaning::Priority(priority) => fill(&mut self.priority, Some(*priority)),
            Meaning::Hash(_) | Meaning::Mention(_) | Meaning::Reminder(_) => true,
        }
    }

    fn take_when(&mut self, when: &When) -> bool {
        let exact = self.when.vague && !when.vague;
        let date = when.date.is_some() && self.when.date.is_none();
        let time = when.time.is_some() && (self.when.time.is_none() || exact);
        // A phrase counts whole or not at all; a habitual time gives way.
        let habit = when.vague && when.date.is_none() && self.when.time.is_some();
        if habit && !self.when.vague {
            self.when.evening |= when.evening;
            self.when.night |= when.night;
            return true;
        }
        if !date && (!time || when.date.is_some()) {
            return false;
        }
        if when.time.is_some() && !time && !when.vague {
            return false;
        }
        if date {
            self.when.date = when.date;
        }
        if time {
            self.when.time = when.time;
            self.when.bare = when.bare;
            self.when.vague = when.vague;
        }
        self.when.evening |= when.evening;
        self.when.night |= when.night;
        true
    }

    /// "tonight at midnight" and "today at midnight" are when the day ends; "tonight at 1" is after that.
    fn settle_midnight(&mut self, today: Date) {
        let (Some(date), Some(time)) = (self.when.date, self.when.time) else {
            return;
        };
        let twelve = self.when.bare && time.hour() == 12 && self.when.night;
        let small = self.when.night && time.hour() < 5;
        if twelve {
            self.when.time = Some(Time::midnight());
        }
        if twelve || small || (date == today && time == Time::midnight()) {
            self.when.bare = false;
            self.when.date = date.tomorrow().ok();
        }
    }

    /// "tonight at 9" is 21:00.
    fn settle_hour(&mut self) {
        let habit = self.repeat.as_ref().and_then(|repeat| repeat.time);
        let evening = self.when.evening || habit.is_some_and(|time| time.hour() > 12);
        if let (Some(time), true, true) = (self.when.time, self.when.bare, evening)
            && (1..12).contains(&time.hour())
        {
            self.when.time = Time::new(time.hour() + 12, 0, 0, 0).ok();
        }
    }

    /// "tonight" at eleven is today, at no hour: the habitual one is over.
    fn settle_habit(&mut self, now: DateTime) {
        let over = self.when.time.is_some_and(|time| time <= now.time());
        if self.when.vague && over && self.when.date == Some(now.date()) {
            self.when.time = None;
        }
    }

    fn due(&mut self, settings: &Settings) -> (Option<Due>, Option<RecurrenceInput>) {
        let now = settings.now.datetime();
        if let Some(mut repeat) = self.repeat.take() {
            let time = self.when.time.or(repeat.time);
            let earliest = self.start.or(self.when.date).map_or(now, |date| {
                if date == now.date() {
                    now
                } else {
                    midnight(date)
                }
            });
            repeat.rule.end = self.end.unwrap_or(End::Never);
            let first = first_occurrence(&mut repeat.rule, earliest, time);
            let input = RecurrenceInput {
                rule: repeat.rule.to_string(),
                from: repeat.from,
                except: Vec::new(),
            };
            return (
                first.map(|(date, time)| due(date, time, settings)),
                Some(input),
            );
        }
        self.settle_habit(now);
        let date = match (self.when.date, self.when.time) {
            (Some(date), _) => Some(date),
            (None, Some(time)) if time > now.time() => Some(now.date()),
            (None, Some(_)) => now.date().tomorrow().ok(),
            (None, None) => None,
        };
        (date.map(|date| due(date, self.when.time, settings)), None)
    }
}

fn fill<T>(slot: &mut Option<T>, value: Option<T>) -> bool {
    let free = slot.is_none();
    if free {
        *slot = value;
    }
    free
}

fn due(date: Date, time: Option<Time>, settings: &Settings) -> Due {
    let zone = settings.now.time_zone().iana_name().map(str::to_owned);
    Due {
        date,
        time,
        zone: zone.filter(|_| time.is_some()),
    }
}

/// When a task with this rule is due for the first time.
pub(crate) fn first_due(rule: &Rule, settings: &Settings) -> Option<Due> {
    let earliest = settings.now.datetime();
    let (date, time) = first_occurrence(&mut rule.clone(), earliest, None)?;
    Some(due(date, time, settings))
}

/// The first occurrence; a rule shorter than a day begins one interval from now unless a time is given.
fn first_occurrence(
    rule: &mut Rule,
    earliest: DateTime,
    time: Option<Time>,
) -> Option<(Date, Option<Time>)> {
    let ahead = match rule.frequency {
        Frequency::Minutely => i64::from(rule.interval).minutes(),
        Frequency::Hourly => i64::from(rule.interval).hours(),
        Frequency::Daily | Frequency::Weekly | Frequency::Monthly | Frequency::Yearly => 0.days(),
    };
    if rule.frequency.is_sub_daily() && time.is_none() {
        let at = earliest.checked_add(ahead).ok()?;
        let whole = Time::new(at.hour(), at.minute(), 0, 0).ok()?;
        return Some((at.date(), Some(whole)));
    }
    let first = recurrence::first(&rule.to_string(), earliest, time).ok()??;
    // "monthly" on the 31st: the last day of shorter months.
    if rule.frequency == Frequency::Monthly && !rule.has_parts() && first.day() > 28 {
        repeats::on_day_of_month(rule, first.day().into());
    }
    Some((first.date(), time.map(|_| first.time())))
}

/// What no phrase took.
fn title(text: &str, tokens: &[Token<'_>], kept: &[Phrase], note_at: Option<usize>) -> String {
    let mut taken = vec![false; tokens.len()];
    for phrase in kept {
        for slot in taken.iter_mut().skip(phrase.first).take(phrase.length) {
            *slot = true;
        }
    }
    let left = tokens
        .iter()
        .zip(&taken)
        .filter(|(_, taken)| !**taken)
        .map(|(token, _)| plain(token));
    let title = left.collect::<Vec<_>>().join(" ");
    // Punctuation that stood between phrases is no title.
    if title
        .chars()
        .any(|letter| letter.is_alphanumeric() || !letter.is_ascii())
    {
        return title;
    }
    let before_note = &text[..note_at.unwrap_or(text.len())];
    let whole = if before_note.trim().is_empty() {
        text
    } else {
        before_note
    };
    whole.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of a token without the backslash that made it text.
fn plain<'t>(token: &Token<'t>) -> &'t str {
    let Some(rest) = token
        .text
        .strip_prefix('\\')
        .filter(|_| token.form == Form::Literal)
    else {
        return token.text;
    };
    let sign = rest.starts_with(['#', '@', '!', '*', '/', '"', '\\']);
    let known = rest.starts_with(|letter: char| letter.is_ascii_digit())
        || vocabulary::is_known(&rest.to_lowercase());
    if sign || known { rest } else { token.text }
}

fn span(
    tokens: &[Token<'_>],
    phrase: &Phrase,
    recurrence: Option<&RecurrenceInput>,
    due: Option<&Due>,
) -> Span {
    let last = phrase.first + phrase.length - 1;
    let (kind, value) = meaning(&phrase.meaning, recurrence, due);
    Span {
        start: tokens[phrase.first].core.0,
        end: tokens[last].core.1,
        kind,
        value,
    }
}

fn meaning(
    meaning: &Meaning,
    recurrence: Option<&RecurrenceInput>,
    due: Option<&Due>,
) -> (SpanKind, String) {
    let settled = due.and_then(|due| due.time);
    match meaning {
        Meaning::When(When {
            date: Some(date),
            time,
            ..
        }) if time.is_none() || due.is_some_and(|due| due.time.is_none()) => {
            (SpanKind::Date, date.to_string())
        }
        Meaning::When(When {
            date: Some(date),
            time: Some(time),
            ..
        }) => {
            let time = settled.unwrap_or(*time);
            (
                SpanKind::Date,
                date.to_datetime(time)
                    .strftime("%Y-%m-%dT%H:%M")
                    .to_string(),
            )
        }
        Meaning::When(When { time, .. }) => {
            let time = settled.or(*time).unwrap_or_default();
            (SpanKind::Time, time.strftime("%H:%M").to_string())
        }
        Meaning::Repeat(repeat) => {
            let rule =
                recurrence.map_or_else(|| repeat.rule.to_string(), |input| input.rule.clone());
            let from = match repeat.from {
                RecursFrom::Due => "",
                RecursFrom::Completion => " from completion",
            };
            (SpanKind::Recurrence, format!("{rule}{from}"))
        }
        Meaning::Until(date) => (SpanKind::Recurrence, format!("UNTIL={}", Until::Day(*date))),
        Meaning::Count(count) => (SpanKind::Recurrence, format!("COUNT={count}")),
        Meaning::Start(date) => (SpanKind::Start, date.to_string()),
        Meaning::Priority(priority) => (SpanKind::Priority, priority.as_str().to_owned()),
        Meaning::Hash(name) => (SpanKind::ListOrTag, name.clone()),
        Meaning::Mention(name) => (SpanKind::AssigneeOrTag, name.clone()),
        Meaning::Reminder(minutes) => (SpanKind::Reminder, minutes.to_string()),
    }
}
