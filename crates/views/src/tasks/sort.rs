//! The order of tasks, and where in it a page begins.

use crate::cursor::{Cursor, Key};
use crate::filter::{Param, Sort, SortColumn, SortKey};

/// An order as SQL: expressions that are never NULL, so that they can be compared row by row. Tasks
/// without a value come last in both directions.
pub(super) struct Order {
    expressions: Vec<String>,
    descending: Vec<bool>,
}

impl Order {
    /// The order of these keys, by rank without any; the id decides between equals.
    pub(super) fn of(sort: &Sort) -> Self {
        let by_rank = [SortKey {
            column: SortColumn::Rank,
            descending: false,
        }];
        let keys = if sort.keys.is_empty() {
            &by_rank[..]
        } else {
            &sort.keys
        };
        let mut expressions: Vec<String> = keys.iter().copied().map(expression).collect();
        let mut descending: Vec<bool> = keys.iter().map(|key| key.descending).collect();
        expressions.push("t.task_id".to_owned());
        // In the direction of the last key, so that an index can be walked either way.
        descending.push(descending.last().copied().unwrap_or(false));
        Self {
            expressions,
            descending,
        }
    }

    /// How many keys a cursor has, the id aside.
    pub(super) fn keys(&self) -> usize {
        self.expressions.len() - 1
    }

    /// What to select for a cursor: `, a, b`.
    pub(super) fn selected(&self) -> String {
        let keys = &self.expressions[..self.keys()];
        keys.iter().flat_map(|key| [", ", key]).collect()
    }

    /// `ORDER BY …`.
    pub(super) fn by(&self) -> String {
        let keys: Vec<String> = self
            .expressions
            .iter()
            .zip(&self.descending)
            .map(|(key, descending)| format!("{key}{}", if *descending { " DESC" } else { "" }))
            .collect();
        format!("ORDER BY {}", keys.join(", "))
    }

    /// The condition that a row stands behind the cursor.
    pub(super) fn behind(&self, cursor: &Cursor, params: &mut Vec<Param>) -> String {
        let mut placeholders = Vec::new();
        for key in &cursor.keys {
            params.push(match key {
                Key::Int(number) => Param::Int(*number),
                Key::Text(text) => Param::Text(text.clone()),
            });
            placeholders.push(format!("?{}", params.len()));
        }
        params.push(Param::Blob(cursor.id.as_bytes().to_vec()));
        placeholders.push(format!("?{}", params.len()));
        if self
            .descending
            .iter()
            .all(|descending| *descending == self.descending[0])
        {
            let sign = sign(self.descending[0]);
            let keys = self.expressions.join(", ");
            return format!("({keys}) {sign} ({})", placeholders.join(", "));
        }
        self.mixed(&placeholders)
    }

    /// `a > ?1 OR (a = ?1 AND (b < ?2 OR …))`, with `a >= ?1` in front for the index.
    fn mixed(&self, placeholders: &[String]) -> String {
        let mut condition = String::new();
        let keys = self
            .expressions
            .iter()
            .zip(&self.descending)
            .zip(placeholders);
        for ((key, descending), at) in keys.rev() {
            let sign = sign(*descending);
            condition = if condition.is_empty() {
                format!("{key} {sign} {at}")
            } else {
                format!("({key} {sign} {at} OR ({key} = {at} AND {condition}))")
            };
        }
        let (first, at) = (&self.expressions[0], &placeholders[0]);
        format!("{first} {}= {at} AND {condition}", sign(self.descending[0]))
    }
}

fn sign(descending: bool) -> &'static str {
    if descending { "<" } else { ">" }
}

fn expression(key: SortKey) -> String {
    let missing = |last: &str, first: &str| {
        let column = key.column.column();
        format!(
            "coalesce(t.{column}, {})",
            if key.descending { first } else { last }
        )
    };
    match key.column {
        SortColumn::Due if !key.descending => "t.due_order".to_owned(),
        SortColumn::Due | SortColumn::Completed => {
            missing("9223372036854775807", "(-9223372036854775807 - 1)")
        }
        SortColumn::Start => missing("'~'", "''"),
        SortColumn::Priority
        | SortColumn::Title
        | SortColumn::Created
        | SortColumn::Updated
        | SortColumn::Rank => format!("t.{}", key.column.column()),
    }
}
