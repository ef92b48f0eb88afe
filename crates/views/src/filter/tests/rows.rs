//! Filters run on real rows, compared with a plain evaluation in Rust.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use taskfold_contracts::ids::TaskId;
use taskfold_contracts::values::Priority;
use uuid::Uuid;

use super::super::*;
use super::plain::*;

const SCHEMA: &str = "
CREATE TABLE tasks (task_id BLOB PRIMARY KEY, list_id BLOB, parent_id BLOB, title TEXT,
  description TEXT, priority INTEGER, due_date TEXT, due_time TEXT, due_zone TEXT, due_at INTEGER,
  start_date TEXT, recurrence TEXT, reminders TEXT, assignee_id BLOB, created_at INTEGER,
  updated_at INTEGER, completed_at INTEGER, deleted_at INTEGER);
CREATE TABLE task_tags (task_id BLOB, tag TEXT, tag_folded TEXT);
CREATE TABLE task_blockers (task_id BLOB, blocker_id BLOB);
CREATE TABLE comments (task_id BLOB, deleted_at INTEGER);
CREATE TABLE lists (list_id BLOB, name TEXT);
CREATE VIRTUAL TABLE search USING fts5(title, description, tags, comments,
  tokenize = 'unicode61 remove_diacritics 2');
";

fn fill(rows: &[Row]) -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(SCHEMA).unwrap();
    for (index, name) in LISTS.iter().enumerate() {
        db.execute(
            "INSERT INTO lists VALUES (?1, ?2)",
            params![list_id(index).as_bytes(), name],
        )
        .unwrap();
    }
    for row in rows {
        insert(&db, row);
    }
    db
}

fn insert(db: &Connection, row: &Row) {
    let id = bytes(row.number);
    let time = row.due.and_then(|(_, time, _)| time);
    let zone = row
        .due
        .and_then(|(_, time, zoned)| time.filter(|_| zoned).map(|_| "America/New_York"));
    let person = row.mine.map(|mine| bytes(if mine { 900 } else { 901 }));
    db.execute(
        "INSERT INTO tasks VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?15,?16,?17)",
        params![
            id,
            row.list.map(|index| list_id(index).as_bytes().to_vec()),
            row.parent.map(bytes),
            row.title,
            row.description,
            row.priority.rank(),
            row.due.map(|(date, ..)| date.to_string()),
            time,
            zone,
            due_at(row),
            row.start.map(|date| date.to_string()),
            row.recurs.then_some("{}"),
            if row.reminds { "[{}]" } else { "[]" },
            person,
            row.created,
            row.completed,
            row.deleted,
        ],
    )
    .unwrap();
    let rowid = db.last_insert_rowid();
    for tag in &row.tags {
        let tag = TAGS[*tag];
        db.execute(
            "INSERT INTO task_tags VALUES (?1, ?2, ?3)",
            params![id, tag, fold(tag)],
        )
        .unwrap();
    }
    for blocker in &row.blockers {
        db.execute(
            "INSERT INTO task_blockers VALUES (?1, ?2)",
            params![id, bytes(*blocker)],
        )
        .unwrap();
    }
    if let Some(deleted) = row.comment {
        db.execute(
            "INSERT INTO comments VALUES (?1, ?2)",
            params![id, deleted.then_some(1)],
        )
        .unwrap();
    }
    db.execute(
        "INSERT INTO search (rowid, title, description, tags, comments) VALUES (?1, ?2, ?3, '', 'tax')",
        params![rowid, row.title, row.description],
    )
    .unwrap();
}

fn found(db: &Connection, filter: &Filter) -> Vec<u128> {
    let mut values = vec![Param::Int(0)];
    let context = FilterContext {
        now: now(),
        me: me(),
    };
    let sql = filter.to_sql(&mut values, &context);
    let sql = format!("SELECT t.task_id FROM tasks t WHERE ?1 = 0 AND {sql} ORDER BY t.task_id");
    let values = values.into_iter().map(|value| match value {
        Param::Null => Value::Null,
        Param::Int(number) => Value::Integer(number),
        Param::Text(text) => Value::Text(text),
        Param::Blob(bytes) => Value::Blob(bytes),
    });
    let mut statement = db
        .prepare(&sql)
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let ids = statement
        .query_map(params_from_iter(values), |row| row.get::<_, Vec<u8>>(0))
        .unwrap_or_else(|error| panic!("{filter}: {error}"));
    ids.map(|id| Uuid::from_slice(&id.unwrap()).unwrap().as_u128())
        .collect()
}

fn near() -> impl Strategy<Value = Date> {
    (-3i64..=3).prop_map(|days| date(2026, 11, 21) + days.days())
}

fn instant() -> impl Strategy<Value = i64> {
    // Around the ends of days in Berlin, to the millisecond.
    let midnight = date(2026, 11, 21)
        .in_tz("Europe/Berlin")
        .unwrap()
        .timestamp()
        .as_millisecond();
    (-6i64..=6, -1i64..=1).prop_map(move |(half, millis)| midnight + half * 43_200_000 + millis)
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let times = prop_oneof![
        Just(None),
        Just(Some("14:29:59")),
        Just(Some("14:30:00")),
        Just(Some("08:30:00"))
    ];
    let due = proptest::option::weighted(0.8, (near(), times, any::<bool>()));
    let texts = (
        proptest::sample::select(TITLES.to_vec()),
        proptest::sample::select(NOTES.to_vec()),
    );
    let places = (
        proptest::option::of(0..LISTS.len()),
        proptest::option::of(1u128..6),
        proptest::option::of(any::<bool>()),
        proptest::sample::subsequence(vec![0, 1, 2], 0..=3),
        proptest::sample::subsequence(vec![1u128, 2, 3, 4, 5], 0..=2),
        proptest::option::of(any::<bool>()),
    );
    let states = (
        any::<bool>(),
        any::<bool>(),
        instant(),
        proptest::option::of(instant()),
        proptest::option::weighted(0.2, instant()),
    );
    let priority = proptest::sample::select(Priority::ALL.to_vec());
    let row = (
        texts,
        priority,
        due,
        proptest::option::of(near()),
        places,
        states,
    )
        .prop_map(
            |((title, description), priority, due, start, places, states)| Row {
                number: 0,
                list: places.0,
                parent: places.1,
                title,
                description,
                priority,
                due,
                start,
                recurs: states.0,
                reminds: states.1,
                mine: places.2,
                created: states.2,
                completed: states.3,
                deleted: states.4,
                tags: places.3,
                blockers: places.4,
                comment: places.5,
            },
        );
    proptest::collection::vec(row, 1..8).prop_map(|mut rows| {
        for (index, row) in rows.iter_mut().enumerate() {
            row.number = index as u128 + 1;
            row.parent = row.parent.filter(|parent| *parent != row.number);
        }
        rows
    })
}

fn terms() -> impl Strategy<Value = Term> {
    let field = || proptest::sample::select(DayField::ALL.to_vec());
    let compared = || proptest::sample::select(Comparison::ALL.to_vec());
    let day = prop_oneof![
        Just(Day::Today),
        Just(Day::Tomorrow),
        Just(Day::Yesterday),
        Just(Day::Weekday(jiff::civil::Weekday::Saturday)),
        (-3i32..=3).prop_map(|count| Day::Away(count, Unit::Days)),
        near().prop_map(Day::Date),
        Just(Day::Away(-9999, Unit::Years)),
        Just(Day::Away(9999, Unit::Years)),
    ];
    let word = prop_oneof![
        Just("invoice"),
        Just("INV"),
        Just("cafe"),
        Just("CAFÉ CR"),
        Just("the inv"),
        Just("voice"),
        Just("marz"),
        Just("tax"),
        Just("%_'"),
        Just("\""),
        Just("a\"b"),
        Just("work"),
        Just("apf"),
        Just("äpfel"),
        Just("o bu"),
        Just("home"),
        Just("Pay the invoice"),
        Just("*"),
        Just("AND OR NOT"),
    ]
    .prop_map(str::to_owned);
    let word = word.boxed();
    prop_oneof![
        (field(), compared(), day)
            .prop_map(|(field, compared, day)| Term::Day(field, compared, day)),
        (field(), any::<bool>()).prop_map(|(field, none)| Term::NoDay(field, none)),
        (compared(), proptest::sample::select(Priority::ALL.to_vec()))
            .prop_map(|(compared, priority)| Term::Priority(compared, priority)),
        (any::<bool>(), word.clone()).prop_map(|(equal, tag)| Term::Tag(equal, tag)),
        word.clone().prop_map(Term::TagContains),
        (any::<bool>(), 0..3usize).prop_map(|(equal, index)| Term::List(
            equal,
            match index {
                0 => ListName::Inbox,
                1 => ListName::Id(list_id(0)),
                _ => ListName::Name("GARDEN & CO".to_owned()),
            }
        )),
        word.clone().prop_map(Term::ListContains),
        (any::<bool>(), proptest::option::of(1u128..6))
            .prop_map(|(equal, id)| Term::Parent(equal, id.map(|id| TaskId(Uuid::from_u128(id))))),
        (any::<bool>(), 0..3usize).prop_map(|(equal, index)| {
            Term::Assignee(
                equal,
                [Person::Me, Person::Nobody, Person::Id(someone())][index],
            )
        }),
        (any::<bool>(), word.clone()).prop_map(|(equal, text)| Term::Title(equal, text)),
        word.clone().prop_map(Term::TitleContains),
        word.prop_map(Term::Text),
        proptest::sample::select(Flag::ALL.to_vec()).prop_map(Term::Is),
        proptest::sample::select(Part::ALL.to_vec()).prop_map(Term::Has),
    ]
}

fn conditions() -> impl Strategy<Value = Condition> {
    terms()
        .prop_map(Condition::Term)
        .prop_recursive(3, 8, 3, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(left, right)| left.all(right)),
                (inner.clone(), inner.clone()).prop_map(|(left, right)| left.any(right)),
                inner.prop_map(|inner| Condition::Not(Box::new(inner))),
            ]
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn sql_finds_what_the_plain_evaluation_finds(
        rows in rows(),
        conditions in proptest::collection::vec(conditions(), 1..12),
    ) {
        let db = fill(&rows);
        for condition in conditions {
            let wanted: Vec<u128> =
                rows.iter().filter(|row| holds(&rows, row, &condition)).map(|row| row.number).collect();
            let filter = Filter { condition: Some(condition) };
            prop_assert_eq!(found(&db, &filter), wanted, "{}", filter);
        }
    }

    #[test]
    fn any_text_is_a_safe_search(text in "[ -~äé\0\"*():^+-]{1,20}") {
        let db = fill(&[]);
        for term in [Term::Text(text.clone()), Term::TitleContains(text.clone()), Term::Tag(true, text)] {
            found(&db, &Filter { condition: Some(Condition::Term(term)) });
        }
    }
}

#[test]
fn days_are_those_of_the_asker() {
    for (day, expected) in [
        (Day::Today, date(2026, 11, 21)),
        (
            Day::Weekday(jiff::civil::Weekday::Saturday),
            date(2026, 11, 28),
        ),
        (
            Day::Weekday(jiff::civil::Weekday::Sunday),
            date(2026, 11, 22),
        ),
        (Day::Away(-2, Unit::Weeks), date(2026, 11, 7)),
        (Day::Away(3, Unit::Months), date(2027, 2, 21)),
        (Day::Away(9999, Unit::Years), Date::MAX),
    ] {
        assert_eq!(day.date(date(2026, 11, 21)), expected, "{day}");
    }
    assert_eq!(
        Day::Away(3, Unit::Months).date(date(2026, 11, 30)),
        date(2027, 2, 28)
    );
}

#[test]
fn nothing_matches_everything() {
    let mut params = Vec::new();
    let context = FilterContext {
        now: now(),
        me: me(),
    };
    assert_eq!(Filter::default().to_sql(&mut params, &context), "TRUE");
    assert!(params.is_empty());
}

#[test]
fn a_day_of_instants_goes_from_midnight_to_midnight_of_the_asker() {
    let midnight = date(2026, 11, 21)
        .in_tz("Europe/Berlin")
        .unwrap()
        .timestamp()
        .as_millisecond();
    let day = 86_400_000;
    let at = |completed: i64| Row {
        number: 1,
        list: None,
        parent: None,
        title: TITLES[0],
        description: "",
        priority: Priority::None,
        due: None,
        start: None,
        recurs: false,
        reminds: false,
        mine: None,
        created: midnight,
        completed: Some(completed),
        deleted: None,
        tags: Vec::new(),
        blockers: Vec::new(),
        comment: None,
    };
    for (completed, holds) in [
        (midnight - 1, ["<", "<=", "!="]),
        (midnight, ["<=", "=", ">="]),
        (midnight + day - 1, ["<=", "=", ">="]),
        (midnight + day, ["!=", ">", ">="]),
    ] {
        let db = fill(&[at(completed)]);
        for compared in Comparison::ALL {
            let filter = parse(&format!("completed {} today", compared.as_str())).unwrap();
            let expected = holds.contains(&compared.as_str());
            assert_eq!(
                !found(&db, &filter).is_empty(),
                expected,
                "{completed} {filter}"
            );
        }
    }
}
