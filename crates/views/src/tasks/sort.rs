//! The order of tasks, and where in it a page begins.

use super::COLUMN_COUNT;
use crate::cursor::Key;
use crate::filter::{Condition, DayField, Filter, Flag, Param, Sort, SortColumn, SortKey, Term};

/// Open tasks, and done ones: the halves of each index.
pub(super) const OPEN: &str = "t.done = 0";
pub(super) const DONE: &str = "t.done = 1";
/// Both, where no index tells them apart.
const EITHER: &str = "TRUE";

/// The halves of the tasks in which this filter can find any; `done` as in a query.
pub(super) fn halves(filter: &Filter, done: bool) -> &'static [&'static str] {
    if filter.mentions_trash() {
        return &[EITHER];
    }
    if !filter.mentions_completion() {
        return if done { &[OPEN, DONE] } else { &[OPEN] };
    }
    let parts = match &filter.condition {
        Some(Condition::All(parts)) => parts.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let asks = |fits: fn(&Term) -> bool| {
        let mut terms = parts.iter();
        terms.any(|part| matches!(part, Condition::Term(term) if fits(term)))
    };
    if asks(|term| matches!(term, Term::Is(Flag::Open | Flag::Overdue))) {
        &[OPEN]
    } else if asks(|term| {
        matches!(
            term,
            Term::Is(Flag::Done) | Term::Day(DayField::Completed, _, _)
        )
    }) {
        &[DONE]
    } else {
        &[OPEN, DONE]
    }
}

/// An order as SQL. Tasks without a value come last in both directions; the number decides between
/// equals, in the direction of the last key.
pub(super) struct Order {
    keys: Vec<SortKey>,
    /// The first key as its column, which an index has; those behind it are never NULL.
    expressions: Vec<String>,
    /// Of the keys and the number.
    descending: Vec<bool>,
}

/// A stretch of an order that one walk along an index gives.
pub(super) struct Stage {
    /// What holds of its rows.
    pub(super) condition: String,
    /// The values of the condition's placeholders, behind those of the filter.
    pub(super) params: Vec<Param>,
    /// `ORDER BY …`, by the numbers of what is selected.
    pub(super) by: String,
    /// The only half that it can be in, if there is one.
    pub(super) half: Option<&'static str>,
}

impl Order {
    /// The order of these keys, by rank without any.
    pub(super) fn of(sort: &Sort) -> Self {
        let mut keys = sort.keys.clone();
        if keys.is_empty() {
            keys.push(SortKey {
                column: SortColumn::Rank,
                descending: false,
            });
        }
        let mut expressions: Vec<String> = keys.iter().copied().map(expression).collect();
        expressions[0] = format!("t.{}", keys[0].column.column());
        let mut descending: Vec<bool> = keys.iter().map(|key| key.descending).collect();
        descending.push(descending.last().copied().unwrap_or(false));
        Self {
            keys,
            expressions,
            descending,
        }
    }

    /// How many keys a cursor has, the number among them.
    pub(super) fn keys(&self) -> usize {
        self.descending.len()
    }

    /// What to select for a cursor: `, a, b`. The number is the first column.
    pub(super) fn selected(&self) -> String {
        self.expressions
            .iter()
            .flat_map(|key| [", ", key])
            .collect()
    }

    /// The stretches behind a cursor, or all; `taken` placeholders are.
    pub(super) fn stages(&self, cursor: Option<&[Key]>, taken: usize) -> Vec<Stage> {
        let first = &self.expressions[0];
        let nullable = nullable(self.keys[0].column);
        let mut stages = Vec::new();
        let mut unset = self.unset();
        match cursor.and_then(<[Key]>::split_first) {
            None if nullable => stages.push(self.stage(format!("{first} IS NOT NULL"))),
            None => stages.push(self.stage(EITHER.to_owned())),
            Some((Key::Null, rest)) => {
                let behind = self.behind(rest, taken, &mut unset.params);
                unset.condition = format!("{} AND {behind}", unset.condition);
            }
            Some((key, rest)) => {
                let mut same = self.stage(format!("{first} = ?{}", taken + 1));
                same.params.push(param(key));
                let behind = self.behind(rest, taken, &mut same.params);
                same.condition = format!("{} AND {behind}", same.condition);
                let sign = sign(self.descending[0]);
                let mut next = self.stage(format!("{first} {sign} ?{}", taken + 1));
                next.params.push(param(key));
                stages.extend([same, next]);
            }
        }
        if nullable {
            stages.push(unset);
        }
        stages
    }

    fn stage(&self, condition: String) -> Stage {
        Stage {
            condition,
            params: Vec::new(),
            by: self.by(0),
            half: (self.keys[0].column == SortColumn::Completed).then_some(DONE),
        }
    }

    /// The tasks without a value of the first key.
    fn unset(&self) -> Stage {
        Stage {
            by: self.by(1),
            half: (self.keys[0].column == SortColumn::Completed).then_some(OPEN),
            ..self.stage(format!("{} IS NULL", self.expressions[0]))
        }
    }

    /// `ORDER BY …` without the first so many keys.
    fn by(&self, skipped: usize) -> String {
        let columns = (COLUMN_COUNT + 1..=COLUMN_COUNT + self.keys.len()).chain([1]);
        let keys: Vec<String> = columns
            .zip(&self.descending)
            .skip(skipped)
            .map(|(column, descending)| {
                format!("{column}{}", if *descending { " DESC" } else { "" })
            })
            .collect();
        format!("ORDER BY {}", keys.join(", "))
    }

    /// That a row with the same first key stands behind: `(b > ?2 OR (b = ?2 AND number > ?3))`.
    fn behind(&self, rest: &[Key], taken: usize, params: &mut Vec<Param>) -> String {
        let mut expressions: Vec<&str> = self.expressions[1..].iter().map(String::as_str).collect();
        expressions.push("t.number");
        let first = taken + params.len() + 1;
        params.extend(rest.iter().map(param));
        let mut condition = String::new();
        let keys = expressions.iter().zip(&self.descending[1..]);
        for (at, (key, descending)) in keys.enumerate().rev() {
            let (sign, at) = (sign(*descending), first + at);
            condition = if condition.is_empty() {
                format!("{key} {sign} ?{at}")
            } else {
                format!("({key} {sign} ?{at} OR ({key} = ?{at} AND {condition}))")
            };
        }
        condition
    }
}

fn param(key: &Key) -> Param {
    match key {
        Key::Null => Param::Null,
        Key::Int(number) => Param::Int(*number),
        Key::Text(text) => Param::Text(text.clone()),
    }
}

fn sign(descending: bool) -> &'static str {
    if descending { "<" } else { ">" }
}

fn nullable(column: SortColumn) -> bool {
    match column {
        SortColumn::Due | SortColumn::Start | SortColumn::Completed => true,
        SortColumn::Priority
        | SortColumn::Title
        | SortColumn::Created
        | SortColumn::Updated
        | SortColumn::Rank => false,
    }
}

fn expression(key: SortKey) -> String {
    let column = key.column.column();
    let missing = match (key.column, key.descending) {
        (SortColumn::Start, false) => "'~'",
        (SortColumn::Start, true) => "''",
        (_, false) => "9223372036854775807",
        (_, true) => "(-9223372036854775807 - 1)",
    };
    if nullable(key.column) {
        format!("coalesce(t.{column}, {missing})")
    } else {
        format!("t.{column}")
    }
}
