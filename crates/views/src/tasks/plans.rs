//! Lists are walked along indexes: what they cost does not grow with the number of tasks.

use super::TaskQuery;
use super::query::{conditions, statement};
use super::sort::{Order, halves};
use crate::cursor::Key;
use crate::filter::{Param, SortColumn, parse, parse_sort};
use crate::{db, sql};

/// The plans of all statements that a list with this filter and sort may take.
fn plans(filter: &str, sort: &str, done: bool) -> Vec<String> {
    let connection = db::open_memory().unwrap();
    let query = TaskQuery {
        filter: parse(filter).unwrap(),
        sort: parse_sort(sort).unwrap(),
        done,
        limit: 50,
        cursor: None,
        now: "2026-11-21T12:00:00+01:00[Europe/Berlin]".parse().unwrap(),
        me: taskfold_contracts::ids::UserId(uuid::Uuid::nil()),
    };
    let mut params = vec![Param::Null];
    let conditions = conditions(&query, connection.dialect(), &mut params);
    let halves = halves(&query.filter, done);
    let order = Order::of(&query.sort);
    let places = [
        None,
        Some([Key::Int(7), Key::Int(1)]),
        Some([Key::Null, Key::Int(1)]),
    ];
    let mut plans = Vec::new();
    for place in &places {
        let place = place.as_ref().map(<[Key; 2]>::as_slice);
        for stage in order.stages(place, params.len()) {
            if let Some(text) = statement(&order, &stage, &conditions, halves, 51) {
                plans.push(sql::plan(&connection, &text));
            }
        }
    }
    plans
}

#[test]
fn every_offered_order_has_an_index_either_way() {
    for column in SortColumn::ALL {
        for (sign, done) in [("", false), ("-", false), ("", true), ("-", true)] {
            let sort = format!("{sign}{}", column.as_str());
            let plans = plans("", &sort, done);
            assert!(!plans.is_empty(), "{sort}");
            for plan in plans {
                let index = format!("USING INDEX tasks_by_{} (", column.as_str());
                assert!(plan.contains(&index), "{sort}:\n{plan}");
                assert!(!plan.contains("SCAN"), "{sort}:\n{plan}");
                assert!(!plan.contains("TEMP B-TREE"), "{sort}:\n{plan}");
            }
        }
    }
}

#[test]
fn a_list_and_a_range_of_due_dates_are_looked_up() {
    for plan in plans("list = 00000000-0000-0000-002d-c6c500007000", "", false) {
        assert!(
            plan.contains("tasks_by_list (workspace_id=? AND done=? AND list_id=?"),
            "{plan}"
        );
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
    for plan in plans("due < +7d and priority >= high", "due", false) {
        assert!(
            plan.contains("tasks_by_due") && !plan.contains("TEMP B-TREE"),
            "{plan}"
        );
        assert!(
            plan.contains("due_at<?") || plan.contains("due_at=?"),
            "{plan}"
        );
    }
}
