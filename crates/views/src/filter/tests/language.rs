//! Text to filter and back, errors and their columns, completion.

use jiff::civil::{Date, Weekday};
use proptest::prelude::*;
use taskfold_contracts::ids::{ListId, TaskId, UserId};
use taskfold_contracts::values::Priority;

use super::super::*;

fn canonical(text: &str) -> String {
    let filter = parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    let canonical = filter.to_string();
    assert_eq!(
        parse(&canonical).as_ref(),
        Ok(&filter),
        "{canonical:?} does not parse back"
    );
    canonical
}

#[test]
fn reads_and_prints_what_people_write() {
    let issue = r#"due < +7d and (priority >= high or tag = work) and not assignee = me and text ~ "invoice""#;
    for (text, expected) in [
        (issue, issue),
        ("", ""),
        ("  \n\t ", ""),
        ("due:today", "due = today"),
        ("DUE<=Tomorrow", "due <= tomorrow"),
        ("due = none OR start != none", "due = none or start != none"),
        ("due = fri", "due = friday"),
        ("due<2026-11-30", "due < 2026-11-30"),
        (
            "created>-2w updated>=-1m completed<+1y",
            "created > -2w and updated >= -1m and completed < +1y",
        ),
        ("due = +0d", "due = +0d"),
        ("is:open has:comments", "is:open and has:comments"),
        (
            "is:open or is:done and has:due",
            "is:open or is:done and has:due",
        ),
        (
            "(is:open or is:done) has:due",
            "(is:open or is:done) and has:due",
        ),
        (
            "((is:open) and (has:due and (has:start)))",
            "is:open and has:due and has:start",
        ),
        ("not not is:open", "not not is:open"),
        ("NOT (is:open is:blocked)", "not (is:open and is:blocked)"),
        (
            "tag=\"to buy\" tag!=ÄPFEL tag~wor",
            "tag = \"to buy\" and tag != ÄPFEL and tag ~ wor",
        ),
        ("tag = and", "tag = \"and\""),
        (
            "list=Inbox or list=\"inbox\" or list=Home",
            "list = inbox or list = \"inbox\" or list = \"Home\"",
        ),
        ("list ~ ho", "list ~ \"ho\""),
        (
            "list = 0190F5FE-7C00-7a00-8000-000000000001",
            "list = 0190f5fe-7c00-7a00-8000-000000000001",
        ),
        (
            "parent=none parent != 0190f5fe-7c00-7a00-8000-000000000001",
            "parent = none and parent != 0190f5fe-7c00-7a00-8000-000000000001",
        ),
        (
            "assignee=ME assignee!=None",
            "assignee = me and assignee != none",
        ),
        (
            r#"title="a \"b\" \\ \n c" title~x"#,
            r#"title = "a \"b\" \\ \n c" and title ~ "x""#,
        ),
        ("text:tax", "text ~ \"tax\""),
        ("priority = urgent", "priority = urgent"),
    ] {
        assert_eq!(canonical(text), expected, "{text:?}");
    }
}

#[test]
fn errors_name_column_and_what_could_stand_there() {
    for (text, column, message, expected) in [
        ("due", 4, "an operator is missing", "<="),
        ("due <", 6, "a value is missing", "today"),
        ("due < soon", 7, "\"soon\" is not a day", "tomorrow"),
        ("due < none", 7, "\"none\" goes only with", "today"),
        ("due ~ today", 5, "\"~\" does not go with this field", "!="),
        ("tag < a", 5, "\"<\" does not go with this field", "~"),
        ("colour = red", 1, "\"colour\" is not a field", "due"),
        ("é = 1", 1, "\"é\" is not a field", "due"),
        (
            "tag = é colour = red",
            9,
            "\"colour\" is not a field",
            "due",
        ),
        ("is open", 4, "\":\" is missing", ":"),
        ("is:opne", 4, "none of the known words", "open"),
        ("has:", 5, "none of the known words", "comments"),
        (
            "(is:open",
            9,
            "the bracket of column 1 is never closed",
            ")",
        ),
        ("is:open)", 8, "this bracket was never opened", "and"),
        (
            "is:open and",
            12,
            "the filter ends where a term should begin",
            "not",
        ),
        ("and is:open", 1, "\"and\" is not a field", "not"),
        ("is:open or or is:done", 12, "\"or\" is not a field", "not"),
        ("text ~ \"abc", 8, "this quote is never closed", "\""),
        ("text ~ \"a\\b\"", 10, "unknown escape", "\\n"),
        (
            "text ~ \"\"",
            8,
            "the text is empty",
            "a word, or text in quotes",
        ),
        ("\"abc\"", 1, "text needs a field before it", "text"),
        ("due ! today", 5, "\"!\" stands only before \"=\"", "!="),
        ("priority = huge", 12, "\"huge\" is not a priority", "high"),
        ("parent = me", 10, "\"me\" is not an id", "none"),
        (
            "due = 2026-02-30",
            7,
            "\"2026-02-30\" is not a day",
            "today",
        ),
        ("due = +12345d", 7, "\"+12345d\" is not a day", "today"),
        ("due = +é", 7, "\"+é\" is not a day", "today"),
        ("= today", 1, "a term should begin here", "due"),
        ("is:open \"x\"", 9, "a term cannot begin here", "or"),
    ] {
        let error = parse(text).expect_err(text);
        assert_eq!(error.column, column, "{text:?}: {error}");
        assert!(error.message.contains(message), "{text:?}: {error}");
        assert!(
            error.expected.contains(&expected),
            "{text:?}: {:?}",
            error.expected
        );
    }
}

#[test]
fn limits_hold() {
    let terms = |count: usize| vec!["is:open"; count].join(" ");
    assert!(parse(&terms(MAX_TERMS)).is_ok());
    let error = parse(&terms(MAX_TERMS + 1)).expect_err("too many terms");
    assert_eq!(
        (error.column, error.message.as_str()),
        (801, "a filter has at most 100 terms")
    );

    let deep = |depth: usize| format!("{}is:open{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&deep(MAX_DEPTH)).is_ok());
    assert_eq!(
        parse(&deep(MAX_DEPTH + 1)).expect_err("too deep").column,
        33
    );
    assert!(parse(&format!("{}is:open", "not ".repeat(MAX_DEPTH))).is_ok());
    assert!(parse(&format!("{}is:open", "not ".repeat(MAX_DEPTH + 1))).is_err());

    let long = format!("text ~ \"{}\"", "ä".repeat(MAX_CHARACTERS - 9));
    assert!(parse(&long).is_ok());
    assert_eq!(
        parse(&format!("{long} ")).expect_err("too long").column,
        MAX_CHARACTERS + 1
    );
}

#[test]
fn knows_whether_trash_and_completion_are_asked_about() {
    for (text, trash, completion) in [
        ("", false, false),
        ("due < today", false, false),
        ("not (is:trashed or due = today)", true, false),
        ("deleted > -7d", true, false),
        ("deleted != none", true, false),
        ("is:done", false, true),
        ("due = today and completed = none", false, true),
    ] {
        let filter = parse(text).unwrap();
        assert_eq!(
            (filter.mentions_trash(), filter.mentions_completion()),
            (trash, completion),
            "{text}"
        );
    }
}

#[test]
fn sorts() {
    let sort = parse_sort(" due, -Priority,+title").unwrap();
    assert_eq!(sort.to_string(), "due,-priority,title");
    assert_eq!(parse_sort("").unwrap(), Sort::default());
    for column in SortColumn::ALL {
        assert_eq!(parse_sort(column.as_str()).unwrap().keys[0].column, column);
    }
    for (text, column) in [
        ("due,", 5),
        ("due, colour", 6),
        ("due,-due", 5),
        ("é,due", 1),
        (",", 1),
    ] {
        let error = parse_sort(text).expect_err(text);
        assert_eq!(error.column, column, "{text:?}: {error}");
        assert!(error.expected.contains(&"rank"));
    }
}

#[test]
fn completes_fields_operators_and_values() {
    let at_end = |text: &str| -> Vec<&'static str> {
        complete(text, text.chars().count())
            .into_iter()
            .map(|found| found.text)
            .collect()
    };
    assert_eq!(at_end("pri"), ["priority"]);
    assert_eq!(at_end("due < to"), ["today", "tomorrow"]);
    assert_eq!(at_end("is:o"), ["open", "overdue"]);
    assert_eq!(at_end("tag "), ["=", "!=", "~"]);
    assert_eq!(at_end("tag = \"wo"), Vec::<&str>::new());
    assert_eq!(at_end("colour = red and d"), Vec::<&str>::new());
    assert!(at_end("").contains(&"due"));
    let after_term = at_end("is:open ");
    assert!(after_term.contains(&"and") && after_term.contains(&"due"));
    assert_eq!(at_end("(is:open "), [")", "and", "or"]);
    assert_eq!(
        complete("due < to and is:open", 8)[0],
        Completion {
            text: "today",
            from: 6
        }
    );
    assert_eq!(complete("é", 99), Vec::new());
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,8}",
        "[ -~äé\"\\\\\n]{0,10}x",
        Just("and".to_owned()),
        Just("none".to_owned()),
        Just("0190f5fe-7c00-7a00-8000-000000000001".to_owned()),
    ]
}

fn days() -> impl Strategy<Value = Day> {
    prop_oneof![
        Just(Day::Today),
        Just(Day::Tomorrow),
        Just(Day::Yesterday),
        (1i8..=7).prop_map(|day| Day::Weekday(Weekday::from_monday_one_offset(day).unwrap())),
        (-9999i32..=9999, 0usize..4).prop_map(|(count, unit)| {
            Day::Away(
                count,
                [Unit::Days, Unit::Weeks, Unit::Months, Unit::Years][unit],
            )
        }),
        (0i16..=9999, 1i8..=12, 1i8..=28)
            .prop_map(|(year, month, day)| Day::Date(Date::constant(year, month, day))),
    ]
}

fn terms() -> impl Strategy<Value = Term> {
    let field = || proptest::sample::select(DayField::ALL.to_vec());
    let compared = || proptest::sample::select(Comparison::ALL.to_vec());
    let uuid = any::<u128>().prop_map(uuid::Uuid::from_u128);
    prop_oneof![
        (field(), compared(), days())
            .prop_map(|(field, compared, day)| Term::Day(field, compared, day)),
        (field(), any::<bool>()).prop_map(|(field, equal)| Term::NoDay(field, equal)),
        (compared(), proptest::sample::select(Priority::ALL.to_vec()))
            .prop_map(|(compared, priority)| Term::Priority(compared, priority)),
        (any::<bool>(), texts()).prop_map(|(equal, text)| Term::Tag(equal, text)),
        texts().prop_map(Term::TagContains),
        (any::<bool>(), texts()).prop_map(|(equal, text)| Term::List(equal, ListName::Name(text))),
        (any::<bool>(), uuid.clone())
            .prop_map(|(equal, id)| Term::List(equal, ListName::Id(ListId(id)))),
        any::<bool>().prop_map(|equal| Term::List(equal, ListName::Inbox)),
        texts().prop_map(Term::ListContains),
        (any::<bool>(), proptest::option::of(uuid.clone()))
            .prop_map(|(equal, id)| Term::Parent(equal, id.map(TaskId))),
        (any::<bool>(), uuid).prop_map(|(equal, id)| Term::Assignee(equal, Person::Id(UserId(id)))),
        (any::<bool>(), any::<bool>()).prop_map(|(equal, me)| {
            Term::Assignee(equal, if me { Person::Me } else { Person::Nobody })
        }),
        (any::<bool>(), texts()).prop_map(|(equal, text)| Term::Title(equal, text)),
        texts().prop_map(Term::TitleContains),
        texts().prop_map(Term::Text),
        proptest::sample::select(Flag::ALL.to_vec()).prop_map(Term::Is),
        proptest::sample::select(Part::ALL.to_vec()).prop_map(Term::Has),
    ]
}

fn conditions() -> impl Strategy<Value = Condition> {
    terms()
        .prop_map(Condition::Term)
        .prop_recursive(5, 24, 3, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(left, right)| left.all(right)),
                (inner.clone(), inner.clone()).prop_map(|(left, right)| left.any(right)),
                inner.prop_map(|inner| Condition::Not(Box::new(inner))),
            ]
        })
}

proptest! {
    #[test]
    fn random_filters_round_trip(condition in conditions()) {
        let filter = Filter { condition: Some(condition) };
        let text = filter.to_string();
        prop_assume!(text.chars().count() <= MAX_CHARACTERS);
        prop_assert_eq!(parse(&text), Ok(filter), "{}", text);
    }

    #[test]
    fn random_text_never_panics(text in any::<String>(), cursor in 0usize..64) {
        let _ = parse(&text);
        let _ = parse_sort(&text);
        let _ = complete(&text, cursor);
    }

    #[test]
    fn random_words_never_panic_and_what_parses_prints(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "due", "tag", "is", ":", "open", "(", ")", "not", "and", "or", "=", "<=", "~", "+7d",
                "today", "none", "\"a b\"", "list", "inbox", "priority", "high", "has", "text", "é", "\\", "!",
            ]),
            0..12,
        ),
        cursor in 0usize..64,
    ) {
        let text = words.join(" ");
        let _ = complete(&text, cursor);
        match parse(&text) {
            Ok(filter) => prop_assert_eq!(parse(&filter.to_string()), Ok(filter)),
            Err(error) => {
                prop_assert!((1..=text.chars().count() + 1).contains(&error.column));
                prop_assert!(!error.message.is_empty());
            }
        }
    }
}
