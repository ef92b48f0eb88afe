//! Any text: no panic, spans on character boundaries and in order, time in proportion to the text.

use proptest::prelude::*;

use super::grammar::LOOKED_UP;
use super::tests::settings;
use super::*;

/// Words that mean something, signs, and letters that are hard to cut.
const PIECES: &[&str] = &[
    "every",
    "every!",
    "other",
    "mon",
    "and",
    "sun,",
    "until",
    "june",
    "for",
    "5",
    "times",
    "x3",
    "starting",
    "from",
    "next",
    "this",
    "fri",
    "week",
    "in",
    "3",
    "2h",
    "half",
    "an",
    "hour",
    "end",
    "of",
    "month",
    "the",
    "1st",
    "31st",
    "last",
    "day",
    "21",
    "nov",
    "2027",
    "may",
    "11/21",
    "31.12.2026",
    "2026-11-21",
    "9999-12-31",
    "at",
    "9",
    "5pm",
    "17:30",
    "noon",
    "tonight",
    "morning",
    "evening",
    "tomorrow",
    "weekly",
    "remind",
    "me",
    "before",
    "*30m",
    "!high",
    "p1",
    "#home",
    "#\"two",
    "words\"",
    "\"",
    "@anna",
    "@5pm",
    "//",
    "\\#x",
    "\\",
    "(",
    ").",
    "🎉",
    "👨‍👩‍👧",
    "e\u{301}",
    "مرحبا",
    "\u{202e}",
    "İ",
    "ß",
    "\u{a0}",
    "\t",
    "\n",
    "Milk",
];

fn check(text: &str) {
    let read = parse(text, &settings());
    let mut end = 0;
    for span in &read.spans {
        assert!(
            end <= span.start && span.start < span.end && span.end <= text.len(),
            "{text:?}"
        );
        assert!(
            text.is_char_boundary(span.start) && text.is_char_boundary(span.end),
            "{text:?}"
        );
        end = span.end;
    }
    assert_eq!(
        read.title.is_empty(),
        text.trim().is_empty(),
        "{text:?} has no title"
    );
    if let Some(recurrence) = &read.recurrence {
        let canonical = crate::recurrence::normalise(&recurrence.rule);
        assert_eq!(canonical.as_ref(), Ok(&recurrence.rule), "{text:?}");
    }
    assert!(read.reminders.is_empty() || read.due.is_some(), "{text:?}");
    // Times carry their zone, whole days none.
    if let Some(due) = &read.due {
        assert_eq!(due.time.is_some(), due.zone.is_some(), "{text:?}");
    }
    assert_eq!(read, parse(text, &settings()));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    #[test]
    fn any_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        check(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_words(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..14),
                 spaces in proptest::collection::vec(any::<bool>(), 14)) {
        let mut text = String::new();
        for (piece, space) in pieces.iter().zip(spaces) {
            text.push_str(piece);
            // Mostly apart, sometimes run together.
            if space || piece.len() > 2 {
                text.push(' ');
            }
        }
        check(&text);
    }

    /// Words without a meaning come back as they are.
    #[test]
    fn plain_words_are_the_title(words in proptest::collection::vec("[qxzj]{2,8}", 1..20)) {
        let text = words.join(" ");
        prop_assume!(!text.contains("x1"));
        let read = parse(&text, &settings());
        prop_assert_eq!(read.title, text);
        prop_assert!(read.spans.is_empty());
    }

    /// Quotes make text of anything.
    #[test]
    fn quoted_text_has_no_meaning(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 1..8)) {
        let inner = pieces.iter().filter(|piece| !piece.contains('"')).copied().collect::<Vec<_>>();
        let text = format!("Say \"{}x\"", inner.join(" "));
        prop_assert!(parse(&text, &settings()).spans.is_empty());
    }

    #[test]
    fn rules_never_panic(text in "(FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY|HOURLY))?(;[A-Z]{2,10}=[-+0-9A-Z,]{0,8}){0,4}") {
        if let Ok(canonical) = crate::recurrence::normalise(&text) {
            prop_assert_eq!(crate::recurrence::normalise(&canonical), Ok(canonical));
        }
    }
}

/// Work is counted in words looked at, which does not depend on the machine: a bounded number a token, however
/// phrases follow each other.
#[test]
fn long_texts_take_linear_work() {
    let hard = [
        "\"a ",
        "sat until ",
        "on sun ",
        "1st, ",
        "every 1st, ",
        "mon and ",
        "#\"",
        "in 2 ",
        "at 9 ",
    ];
    for piece in PIECES.iter().chain(&hard) {
        let text = format!("{piece} ").repeat(3_000);
        let tokens = text.split_whitespace().count();
        LOOKED_UP.set(0);
        parse(&text, &settings());
        let each = LOOKED_UP.get() / tokens.max(1);
        assert!(each <= 90, "{piece:?}: {each} a token");
    }
    for letter in ["🎉", "x", "\"", "\\", "#", "e\u{301}"] {
        check(&letter.repeat(10_000));
    }
}
