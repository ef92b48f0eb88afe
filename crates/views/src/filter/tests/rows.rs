//! Filters run on real rows, compared with a plain evaluation in Rust.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::ToSpan;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use taskfold_contracts::ids::{CommentId, ReminderId, TaskId, UserId, WorkspaceId};
use taskfold_contracts::time::Timestamp;
use taskfold_contracts::values::{Due, Priority, Recurrence, RecursFrom, Reminder};
use taskfold_kit::Postgres;
use taskfold_sql::{Connection, Dialect, Server, ToValue, ValueRef, values};
use uuid::Uuid;

use super::super::*;
use super::plain::*;
use crate::tasks::{Cell, Subtasks, Task};
use crate::{db, tables, tasks};

const BOTH: [Dialect; 2] = [Dialect::Sqlite, Dialect::Postgres];

/// Empty tables; on PostgreSQL those of a transaction that is never committed.
fn database(dialect: Dialect) -> Connection {
    match dialect {
        Dialect::Sqlite => db::open_memory().unwrap(),
        Dialect::Postgres => {
            static DATABASE: OnceLock<String> = OnceLock::new();
            static SCHEMAS: AtomicU64 = AtomicU64::new(0);
            let url = DATABASE.get_or_init(|| Postgres::shared().database().unwrap());
            let connection = Connection::postgres(&Server::parse(url).unwrap()).unwrap();
            let number = SCHEMAS.fetch_add(1, Ordering::Relaxed);
            let schema = format!("filters_{number}");
            let begin = format!("BEGIN; CREATE SCHEMA {schema}; SET LOCAL search_path = {schema}");
            connection.batch(&begin).unwrap();
            tables::create(&connection).unwrap();
            connection
        }
    }
}

fn fill(dialect: Dialect, rows: &[Row]) -> Connection {
    let db = database(dialect);
    for (index, name) in LISTS.iter().enumerate() {
        let sql =
            "INSERT INTO lists (list_id, workspace_id, name, rank, created_at, updated_at, version)
             VALUES (?1, ?1, ?2, '', 0, 0, 1)";
        db.execute(sql, values![list_id(index).as_bytes(), name])
            .unwrap();
    }
    let cells: Vec<Cell> = rows.iter().map(cell).collect();
    tasks::write::all(&db, cells.iter(), false).unwrap();
    for row in rows {
        if let Some(deleted) = row.comment {
            let sql = "INSERT INTO comments (comment_id, workspace_id, task_id, body, created_at, deleted_at)
                 VALUES (?1, ?1, ?1, 'tax', 0, ?2)";
            let id = CommentId(Uuid::from_u128(row.number));
            db.execute(sql, values![id.as_bytes(), deleted.then_some(1_i64)])
                .unwrap();
        }
    }
    db
}

fn cell(row: &Row) -> Cell {
    let id = |number: u128| TaskId(Uuid::from_u128(number));
    let due = row.due.map(|(date, time, zoned)| Due {
        date,
        time: time.map(|time| time.parse().unwrap()),
        zone: time
            .filter(|_| zoned)
            .map(|_| "America/New_York".to_owned()),
    });
    let recurrence = row.recurs.then(|| Recurrence {
        rule: "FREQ=DAILY".into(),
        from: RecursFrom::Due,
        anchor: Due {
            date: date(2026, 11, 21),
            time: None,
            zone: None,
        },
        except: Vec::new(),
        occurrence: 1,
    });
    let reminder = Reminder {
        reminder_id: ReminderId(Uuid::nil()),
        at: None,
        minutes_before_due: Some(1),
    };
    let person = |mine| UserId(Uuid::from_u128(if mine { 900 } else { 901 }));
    let task = Task {
        task_id: id(row.number),
        workspace_id: WorkspaceId(Uuid::nil()),
        list_id: row.list.map(list_id),
        parent_id: row.parent.map(id),
        title: row.title.to_owned(),
        description: row.description.to_owned(),
        priority: row.priority,
        due,
        start: row.start,
        tags: row.tags.iter().map(|tag| TAGS[*tag].to_owned()).collect(),
        recurrence,
        reminders: if row.reminds {
            vec![reminder]
        } else {
            Vec::new()
        },
        rank: String::new(),
        blocked_by: row.blockers.iter().copied().map(id).collect(),
        blocked: false,
        assignee_id: row.mine.map(person),
        created_by: None,
        created_at: Timestamp::from_millis(row.created),
        updated_at: Timestamp::from_millis(row.created),
        completed_at: row.completed.map(Timestamp::from_millis),
        deleted_at: row.deleted.map(Timestamp::from_millis),
        previous_id: None,
        origin: None,
        version: 1,
        subtasks: Subtasks::default(),
        comments: 0,
    };
    Cell {
        number: i64::try_from(row.number).unwrap(),
        task,
        counted: None,
        stored: false,
        changed: u16::MAX,
    }
}

fn found(db: &Connection, filter: &Filter) -> Vec<u128> {
    let mut params = vec![Param::Int(0)];
    let context = FilterContext {
        now: now(),
        me: me(),
    };
    let sql = filter.to_sql(db.dialect(), &mut params, &context);
    let sql = format!("SELECT t.task_id FROM tasks t WHERE ?1 = 0 AND {sql} ORDER BY t.task_id");
    let values: Vec<ValueRef> = params.iter().map(ToValue::to_value).collect();
    let ids = db.query(&sql, &values, |row| row.get::<Uuid>(0));
    let ids = ids.unwrap_or_else(|error| panic!("{filter}: {sql}: {error}"));
    ids.into_iter().map(|id| id.as_u128()).collect()
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
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn sql_finds_what_the_plain_evaluation_finds(
        rows in rows(),
        conditions in proptest::collection::vec(conditions(), 1..12),
    ) {
        for dialect in BOTH {
            let db = fill(dialect, &rows);
            for condition in &conditions {
                let wanted: Vec<u128> =
                    rows.iter().filter(|row| holds(&rows, row, condition)).map(|row| row.number).collect();
                let filter = Filter { condition: Some(condition.clone()) };
                prop_assert_eq!(found(&db, &filter), wanted, "{:?} {}", dialect, filter);
            }
        }
    }

    #[test]
    fn any_text_is_a_safe_search(text in "[ -~äé\0\"*():^+-]{1,20}") {
        // PostgreSQL has no text with a zero in it, and no door lets one in.
        let whole = text.replace('\0', "");
        for (dialect, text) in BOTH.into_iter().zip([text, whole]) {
            let db = fill(dialect, &[]);
            for term in [Term::Text(text.clone()), Term::TitleContains(text.clone()), Term::Tag(true, text)] {
                found(&db, &Filter { condition: Some(Condition::Term(term)) });
            }
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
    for dialect in BOTH {
        let sql = Filter::default().to_sql(dialect, &mut params, &context);
        assert_eq!(sql, "TRUE");
        assert!(params.is_empty());
    }
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
        let both = BOTH.map(|dialect| fill(dialect, &[at(completed)]));
        for (db, compared) in both
            .iter()
            .flat_map(|db| Comparison::ALL.map(|compared| (db, compared)))
        {
            let filter = parse(&format!("completed {} today", compared.as_str())).unwrap();
            let expected = holds.contains(&compared.as_str());
            assert_eq!(
                !found(db, &filter).is_empty(),
                expected,
                "{completed} {filter}"
            );
        }
    }
}
