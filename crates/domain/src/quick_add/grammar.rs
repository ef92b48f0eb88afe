//! Where phrases begin and end: a scan from left to right that tries each kind of phrase at each word.

use jiff::Zoned;
use jiff::civil::{Date, Time};
use taskfold_contracts::values::{Priority, WeekStart};

use super::Settings;
use super::numbers;
use super::repeats::Repeat;
use super::tokens::{Form, Token};
use super::vocabulary::{self as words, Unit};

#[cfg(test)]
thread_local! {
    /// Words looked at on this thread: the work that a text takes.
    pub(super) static LOOKED_UP: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// How many tokens, and what they mean.
pub(super) type Some2<T> = Option<(usize, T)>;

/// A day, a time, or both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct When {
    pub(super) date: Option<Date>,
    pub(super) time: Option<Time>,
    /// An hour without am or pm.
    pub(super) bare: bool,
    /// Says that a bare hour is in the second half of the day.
    pub(super) evening: bool,
    /// The time is only a habit ("evening"); an exact one wins.
    pub(super) vague: bool,
    /// Says that the small hours are of the next day ("tonight at 1am").
    pub(super) night: bool,
}

/// What a phrase means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meaning {
    When(When),
    Repeat(Box<Repeat>),
    Until(Date),
    Count(u32),
    Start(Date),
    Priority(Priority),
    Hash(String),
    Mention(String),
    Reminder(i32),
}

/// A phrase: its tokens and its meaning.
#[derive(Debug, Clone)]
pub(super) struct Phrase {
    pub(super) first: usize,
    pub(super) length: usize,
    pub(super) meaning: Meaning,
}

impl Phrase {
    /// One past its last token.
    pub(super) fn end(&self) -> usize {
        self.first + self.length
    }
}

/// Tokens with the settings under which they are read.
pub(super) struct Grammar<'a> {
    tokens: &'a [Token<'a>],
    settings: &'a Settings,
}

impl<'a> Grammar<'a> {
    pub(super) fn new(tokens: &'a [Token<'a>], settings: &'a Settings) -> Self {
        Self { tokens, settings }
    }

    /// All phrases, in order, none over another.
    pub(super) fn phrases(&self) -> Vec<Phrase> {
        let mut phrases: Vec<Phrase> = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let last = phrases
                .last()
                .filter(|phrase| phrase.first + phrase.length == at);
            let after_date = last.is_some_and(|phrase| match &phrase.meaning {
                Meaning::When(when) => when.date.is_some(),
                Meaning::Repeat(_) => true,
                Meaning::Until(_)
                | Meaning::Count(_)
                | Meaning::Start(_)
                | Meaning::Priority(_)
                | Meaning::Hash(_)
                | Meaning::Mention(_)
                | Meaning::Reminder(_) => false,
            });
            match self.phrase_at(at, after_date) {
                Some((length, meaning)) => {
                    phrases.push(Phrase {
                        first: at,
                        length,
                        meaning,
                    });
                    at += length;
                }
                None => at += 1,
            }
        }
        phrases
    }

    fn phrase_at(&self, at: usize, after_date: bool) -> Some2<Meaning> {
        let token = self.tokens.get(at)?;
        match token.form {
            Form::Literal => None,
            Form::Sign => sign(token).map(|meaning| (1, meaning)),
            Form::Word => self
                .repeat_at(at)
                .map(|(length, repeat)| (length, Meaning::Repeat(Box::new(repeat))))
                .or_else(|| self.until_at(at))
                .or_else(|| self.count_at(at))
                .or_else(|| self.start_at(at))
                .or_else(|| self.reminder_at(at))
                .or_else(|| self.time_at(at, after_date).map(when))
                .or_else(|| self.date_at(at).map(when))
                .or_else(|| self.bare_priority_at(at)),
        }
    }

    /// "p1"
    fn bare_priority_at(&self, at: usize) -> Some2<Meaning> {
        let level = self
            .word(at)
            .strip_prefix('p')
            .filter(|level| level.len() == 1)?;
        words::priority(level).map(|priority| (1, Meaning::Priority(priority)))
    }

    /// "until june", "until 2027-01-01", inclusive; a month alone is its first day.
    fn until_at(&self, at: usize) -> Some2<Meaning> {
        if !self.is(at, words::UNTIL) {
            return None;
        }
        let (length, date) = self.bound_at(at + 1)?;
        Some((length + 1, Meaning::Until(date)))
    }

    /// "for 5 times", "5 times", "x5".
    fn count_at(&self, at: usize) -> Some2<Meaning> {
        if let Some(count) = self.word(at).strip_prefix('x').and_then(words::number) {
            return Some((1, Meaning::Count(count)));
        }
        let lead = usize::from(self.is(at, words::FOR));
        let count = words::number(self.word(at + lead))?;
        let said = self.is(at + lead + 1, words::TIMES);
        said.then_some((lead + 2, Meaning::Count(count)))
    }

    /// "from mon", "starting 1 dec".
    fn start_at(&self, at: usize) -> Some2<Meaning> {
        if !self.is(at, words::STARTING) {
            return None;
        }
        let skip = 1 + usize::from(self.is(at + 1, words::ON));
        let (length, date) = self.bound_at(at + skip)?;
        let clear =
            self.is(at, words::STARTING_CLEARLY) || self.ends_phrase(at + skip + length - 1);
        clear.then_some((length + skip, Meaning::Start(date)))
    }

    /// A day that ends or begins something: any date, a short weekday, or a month alone.
    fn bound_at(&self, at: usize) -> Some2<Date> {
        if let Some((length, when)) = self.date_at(at) {
            return Some((length, when.date?));
        }
        if let Some(day) = words::weekday(self.word(at)) {
            return Some((1, self.today().nth_weekday(1, day).ok()?));
        }
        let month = words::month(self.word(at))?;
        let year = i16::try_from(words::number(self.word(at + 1)).unwrap_or(0)).unwrap_or(0);
        if (1900..3000).contains(&year) {
            return Some((2, Date::new(year, month, 1).ok()?));
        }
        let this = self.today().year();
        let first = (this..=this + 1).filter_map(|year| Date::new(year, month, 1).ok());
        Some((1, first.into_iter().find(|date| *date > self.today())?))
    }

    /// "remind me 30 minutes before"
    fn reminder_at(&self, at: usize) -> Some2<Meaning> {
        if !self.is(at, words::REMIND) {
            return None;
        }
        let skip = 1 + usize::from(self.is(at + 1, words::ME));
        let (length, count, unit) = self.duration_at(at + skip)?;
        let before = self.is(at + skip + length, words::BEFORE);
        let minutes = minutes(count, unit)?;
        before.then_some((skip + length + 1, Meaning::Reminder(minutes)))
    }

    pub(super) fn now(&self) -> &Zoned {
        &self.settings.now
    }

    pub(super) fn today(&self) -> Date {
        self.settings.now.date()
    }

    pub(super) fn week_start(&self) -> WeekStart {
        self.settings.week_start
    }

    /// The word at a token in lower case; empty at the end and for text that is no word.
    pub(super) fn word(&self, at: usize) -> &str {
        #[cfg(test)]
        LOOKED_UP.with(|count| count.set(count.get() + 1));
        self.tokens.get(at).map_or("", |token| &token.word)
    }

    pub(super) fn is(&self, at: usize, words: &[&str]) -> bool {
        words.contains(&self.word(at))
    }

    pub(super) fn tail(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", Token::tail)
    }

    /// Whether the word before makes this one part of a sentence.
    pub(super) fn is_in_sentence(&self, at: usize) -> bool {
        at.checked_sub(1)
            .is_some_and(|before| self.is(before, words::NOT_AFTER))
    }

    /// Whether a phrase can end with this token: it is the last, punctuation follows, or a sign, or another
    /// phrase begins.
    pub(super) fn ends_phrase(&self, at: usize) -> bool {
        if !self.tail(at).is_empty() {
            return true;
        }
        match self.tokens.get(at + 1) {
            None => true,
            Some(token) if token.form == Form::Sign => true,
            Some(_) => self.begins_phrase(at + 1),
        }
    }

    fn begins_phrase(&self, at: usize) -> bool {
        let link = [
            words::LEADS,
            words::AT,
            words::IN,
            words::UNTIL,
            words::FOR,
            words::STARTING,
            words::NEXT,
            words::THIS,
        ];
        let linked = link.iter().any(|link| self.is(at, link));
        self.is_temporal(at)
            || (linked && (self.is_temporal(at + 1) || self.begins_with_digit(at + 1)))
            || self.begins_bound(at)
            || (self.is(at, words::IN) && self.duration_at(at + 1).is_some())
            || (self.is(at, words::IN) && words::day_part(self.word(at + 2)).is_some())
            || (self.is(at, words::ON) && words::ordinal_number(self.word(at + 2)).is_some())
            || (self.is(at, words::REMIND) && self.reminder_at(at).is_some())
    }

    fn can_be_next(word: &str) -> bool {
        words::weekday(word).is_some()
            || words::unit(word).is_some()
            || words::WEEKEND.contains(&word)
    }

    /// "until june": a bare month or short weekday stands after these only.
    fn begins_bound(&self, at: usize) -> bool {
        let bound = self.is(at, words::UNTIL) || self.is(at, words::STARTING);
        let word = self.word(at + 1);
        bound && (words::month(word).is_some() || words::weekday(word).is_some())
    }

    fn begins_with_digit(&self, at: usize) -> bool {
        self.word(at)
            .starts_with(|letter: char| letter.is_ascii_digit())
    }

    fn is_temporal(&self, at: usize) -> bool {
        let word = self.word(at);
        words::relative(word).is_some()
            || words::weekday_full(word).is_some()
            || (words::month(word).is_some() && self.day_and_month_at(at).is_some())
            || words::clock_word(word).is_some()
            || words::half_of_day(self.word(at + 1)).is_some() && self.begins_with_digit(at)
            || numbers::clock_text(word).is_some()
            || words::adverb(word).is_some()
            || self.is(at, words::EVERY)
            || self.is(at, words::EVERY_AFTER)
            || (self.is(at, words::NEXT) && Self::can_be_next(self.word(at + 1)))
            || (self.is(at, words::END) && self.is(at + 1, words::OF))
            || self.bare_priority_at(at).is_some()
            || word.strip_prefix('x').and_then(words::number).is_some()
    }
}

fn when((length, when): (usize, When)) -> (usize, Meaning) {
    (length, Meaning::When(when))
}

/// `#name`, `@name`, `!high`, `*30m`.
fn sign(token: &Token<'_>) -> Option<Meaning> {
    let length = token.core.1 - token.core.0;
    let core = token.text.get(..length)?;
    let mut letters = core.chars();
    let sign = letters.next()?;
    let body = letters.as_str();
    match sign {
        '!' => words::priority(&body.to_lowercase()).map(Meaning::Priority),
        '*' => {
            let (count, unit) = numbers::joined_duration(&body.to_lowercase())?;
            minutes(count, unit).map(Meaning::Reminder)
        }
        '@' => match numbers::clock_text(&body.to_lowercase()) {
            Some(time) => Some(Meaning::When(When {
                time: Some(time),
                ..When::default()
            })),
            None => name(body).map(Meaning::Mention),
        },
        // "#42" is the number of something.
        '#' => name(body)
            .filter(|name| name.chars().any(|letter| !letter.is_ascii_digit()))
            .map(Meaning::Hash),
        _ => None,
    }
}

/// What stands behind `#` or `@`, without its quotes; it needs a letter, a digit or a picture.
fn name(body: &str) -> Option<String> {
    let quoted = body
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let name = quoted.unwrap_or(body);
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let meant = name
        .chars()
        .any(|letter| letter.is_alphanumeric() || u32::from(letter) > 0x2000);
    let marks = name.contains('"') || name.starts_with(['#', '@', '!', '*', '\\']);
    (meant && !marks).then_some(name)
}

/// Minutes of a reminder, at most a year.
fn minutes(count: u32, unit: Unit) -> Option<i32> {
    let each = match unit {
        Unit::Minute => 1,
        Unit::Hour => 60,
        Unit::Day => 1_440,
        Unit::Week => 10_080,
        Unit::Month | Unit::Quarter | Unit::Year => return None,
    };
    let minutes = i32::try_from(count).ok()?.checked_mul(each)?;
    (minutes <= 525_600).then_some(minutes)
}
