//! Phrases that stay in the text because of the words beside them: "every day except sunday", "change to
//! friday", "3pm to 4pm". What would be half understood is not taken at all.

use super::grammar::{Grammar, Meaning, Phrase, When};
use super::vocabulary as words;

impl Grammar<'_> {
    /// The phrases whose meaning is sure, in order.
    pub(super) fn sure(&self, phrases: Vec<Phrase>) -> Vec<Phrase> {
        let phrases = self.joined(phrases);
        let mut doubtful = vec![false; phrases.len()];
        for at in 0..phrases.len() {
            let before = at.checked_sub(1).and_then(|at| phrases.get(at));
            if self.is_led_away(&phrases[at], before) {
                doubtful[at] = true;
            }
            let Some(before) = before else { continue };
            let gap = phrases[at].first - before.end();
            let linked = gap == 1 && self.is(before.end(), words::BETWEEN_DAYS);
            if rivals(before, &phrases[at], gap == 0, linked) {
                doubtful[at - 1] = true;
                doubtful[at] = true;
            }
        }
        self.doubt_limited(&phrases, &mut doubtful);
        doubt_times_of_doubtful(&phrases, &mut doubtful);
        let sure = phrases.into_iter().zip(doubtful);
        sure.filter_map(|(phrase, doubtful)| (!doubtful).then_some(phrase))
            .collect()
    }

    /// "thu nov 26" is one day; so is "thu, 26 nov".
    fn joined(&self, phrases: Vec<Phrase>) -> Vec<Phrase> {
        let mut joined: Vec<Phrase> = Vec::with_capacity(phrases.len());
        for phrase in phrases {
            if let Some(before) = joined.last_mut()
                && before.end() == phrase.first
                && let Some(day) = words::weekday(self.word(phrase.first - 1))
                && let (Meaning::When(weekday), Meaning::When(when)) =
                    (&before.meaning, &phrase.meaning)
                && weekday.time.is_none()
                && when.date.is_some_and(|date| date.weekday() == day)
            {
                before.length += phrase.length;
                before.meaning = phrase.meaning;
            } else {
                joined.push(phrase);
            }
        }
        joined
    }

    /// Whether the words before make it something else than when the task is due.
    fn is_led_away(&self, phrase: &Phrase, before: Option<&Phrase>) -> bool {
        let free = before.is_none_or(|before| before.end() < phrase.first);
        let (Some(last), true) = (phrase.first.checked_sub(1), free) else {
            return false;
        };
        if !self.tail(last).is_empty() {
            return false;
        }
        let word = self.word(last);
        match &phrase.meaning {
            Meaning::When(when) => {
                let nth = words::ordinal_word(word).or_else(|| words::ordinal_number(word));
                words::LEADS_AWAY.contains(&word)
                    || (when.date.is_some() && nth.is_some())
                    || (when.vague && words::number(word).is_some())
                    || (when.date.is_none() && self.is_day_in_text(last))
            }
            Meaning::Repeat(_) => words::LIMITS.contains(&word) || words::NOT.contains(&word),
            // "two weeks from tomorrow"
            Meaning::Start(_) => word.len() > 2 && words::unit(word).is_some(),
            Meaning::Until(_)
            | Meaning::Count(_)
            | Meaning::Priority(_)
            | Meaning::Hash(_)
            | Meaning::Mention(_)
            | Meaning::Reminder(_) => false,
        }
    }

    /// "about friday 5pm", "last night at 9": the time is of a day that stayed text.
    fn is_day_in_text(&self, at: usize) -> bool {
        let word = self.word(at);
        let past = at.checked_sub(1).is_some_and(|at| self.is(at, words::PAST));
        words::weekday_full(word).is_some() && self.is_in_sentence(at)
            || words::relative(word).is_some() && self.is_in_sentence(at)
            || past && words::day_part(word).is_some()
    }

    /// "every day at 9 except sunday", "every friday in december", "every day for 2 weeks".
    fn doubt_limited(&self, phrases: &[Phrase], doubtful: &mut [bool]) {
        let mut run = 0;
        for at in 0..phrases.len() {
            if at > 0 && phrases[at - 1].end() != phrases[at].first {
                run = at;
            }
            let ends = phrases
                .get(at + 1)
                .is_none_or(|next| next.first != phrases[at].end());
            let repeats = |phrase: &Phrase| matches!(phrase.meaning, Meaning::Repeat(_));
            let limited = ends && self.is_limit(phrases[at].end());
            if limited && phrases[run..=at].iter().any(repeats) {
                doubtful[run..=at].fill(true);
            }
            // "every day next week" is not for ever.
            let span = at > run && repeats(&phrases[at - 1]) && self.is_span(phrases[at].first);
            if span {
                doubtful[at - 1..=at].fill(true);
            }
        }
    }

    fn is_span(&self, at: usize) -> bool {
        let named = self.is(at, words::NEXT) || self.is(at, words::THIS);
        let word = self.word(at + 1);
        named && (words::unit(word).is_some() || words::WEEKEND.contains(&word))
    }

    fn is_limit(&self, at: usize) -> bool {
        let next = self.word(at + 1);
        self.is(at, words::LIMITS)
            || self.is_span(at)
            || (self.is(at, words::IN) && words::month(next).is_some())
            || (self.is(at, words::FOR) && self.duration_at(at + 1).is_some())
    }
}

/// A time beside a day that stays text stays with it.
fn doubt_times_of_doubtful(phrases: &[Phrase], doubtful: &mut [bool]) {
    for at in 1..phrases.len() {
        let beside = phrases[at - 1].end() == phrases[at].first;
        doubtful[at] |= beside && doubtful[at - 1] && is_time(&phrases[at]);
    }
    for at in (1..phrases.len()).rev() {
        let beside = phrases[at - 1].end() == phrases[at].first;
        let day = matches!(&phrases[at].meaning, Meaning::When(when) if when.date.is_some());
        doubtful[at - 1] |= beside && doubtful[at] && day && is_time(&phrases[at - 1]);
    }
}

fn is_time(phrase: &Phrase) -> bool {
    matches!(&phrase.meaning, Meaning::When(When { date: None, .. }))
}

/// Whether two phrases name different days, or different times, as one thing: side by side or with "and",
/// "or", "to" between them.
fn rivals(first: &Phrase, second: &Phrase, beside: bool, linked: bool) -> bool {
    match (&first.meaning, &second.meaning) {
        (Meaning::When(first), Meaning::When(second)) => {
            let days = first.date.is_some() && second.date.is_some() && first.date != second.date;
            let times = first.time.is_some() && second.time.is_some();
            let exact = !first.vague && !second.vague;
            (beside && days) || (linked && (days || (times && exact)))
        }
        (Meaning::Repeat(_), Meaning::Repeat(_)) => beside || linked,
        (Meaning::Repeat(_), Meaning::When(_)) | (Meaning::When(_), Meaning::Repeat(_)) => linked,
        (
            Meaning::When(_)
            | Meaning::Repeat(_)
            | Meaning::Until(_)
            | Meaning::Count(_)
            | Meaning::Start(_)
            | Meaning::Priority(_)
            | Meaning::Hash(_)
            | Meaning::Mention(_)
            | Meaning::Reminder(_),
            _,
        ) => false,
    }
}
