//! Tables whose columns are aligned, and which give way when the terminal is narrow.

use anstyle::Style;

use super::style;
use super::text::{clip, width_of, without_controls};

/// Side on which a column's text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// Left.
    Left,
    /// Right.
    Right,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    name: &'static str,
    align: Align,
    /// It is never made narrower than this for want of text.
    wide: usize,
    /// It may shrink to this width.
    least: Option<usize>,
    /// When shrinking does not do, the highest goes first; 0 never goes.
    expendable: u8,
}

impl Column {
    /// A column that keeps its width.
    pub(crate) fn new(name: &'static str) -> Self {
        Self {
            name,
            align: Align::Left,
            wide: 0,
            least: None,
            expendable: 0,
        }
    }

    /// Text on the right.
    #[must_use]
    pub(crate) fn right(mut self) -> Self {
        self.align = Align::Right;
        self
    }

    /// At least so wide, whatever stands in it.
    #[must_use]
    pub(crate) fn at_least(mut self, width: usize) -> Self {
        self.wide = width;
        self
    }

    /// Shrinks down to `least` columns.
    #[must_use]
    pub(crate) fn shrinks(mut self, least: usize) -> Self {
        self.least = Some(least);
        self
    }

    /// Is left out when there is no room; those with a higher number go first.
    #[must_use]
    pub(crate) fn expendable(mut self, order: u8) -> Self {
        self.expendable = order;
        self
    }
}

/// A cell: pieces of text, each in its style.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell(Vec<(Style, String)>);

impl Cell {
    /// One piece.
    pub(crate) fn new(style: Style, text: impl Into<String>) -> Self {
        Self::default().and(style, text)
    }

    /// Plain text.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::new(Style::new(), text)
    }

    /// One more piece.
    #[must_use]
    pub(crate) fn and(mut self, style: Style, text: impl Into<String>) -> Self {
        let text = text.into();
        self.0.push((style, without_controls(&text).into_owned()));
        self
    }

    fn width(&self) -> usize {
        self.0.iter().map(|(_, text)| width_of(text)).sum()
    }

    /// In at most `width` columns, painted, with the columns that it takes.
    fn paint(&self, width: usize, paint: &impl Fn(Style, &str) -> String) -> (String, usize) {
        let mut left = width;
        let mut shown = String::new();
        for (style, text) in &self.0 {
            let piece = clip(text, left);
            left -= width_of(&piece).min(left);
            shown.push_str(&paint(*style, &piece));
        }
        (shown, width - left)
    }
}

#[derive(Debug, Clone)]
enum Row {
    /// A cell a column.
    Cells(Vec<Cell>),
    /// One piece of text across all columns.
    Heading(Cell),
}

/// Rows under columns.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Row>,
    header: bool,
}

const GAP: usize = 2;
/// Width below which a column says nothing.
const LEAST: usize = 3;

impl Table {
    /// An empty table with a header line.
    pub(crate) fn new(columns: Vec<Column>) -> Self {
        Self {
            columns,
            rows: Vec::new(),
            header: true,
        }
    }

    /// Leaves the header line out.
    #[must_use]
    pub(crate) fn headless(mut self) -> Self {
        self.header = false;
        self
    }

    /// Adds a row; it has a cell a column.
    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(Row::Cells(cells));
    }

    /// Adds a heading across all columns; what follows belongs to it.
    pub(crate) fn heading(&mut self, text: Cell) {
        self.rows.push(Row::Heading(text));
    }

    /// The lines, in at most `width` columns.
    pub(crate) fn lines(
        &self,
        width: Option<usize>,
        paint: impl Fn(Style, &str) -> String,
    ) -> Vec<String> {
        let widths = self.widths(width);
        let mut lines = Vec::with_capacity(self.rows.len() + 1);
        if self.header {
            let names = self
                .columns
                .iter()
                .map(|column| Cell::new(style::DIM, column.name));
            lines.push(self.line(&names.collect::<Vec<_>>(), &widths, &paint));
        }
        for row in &self.rows {
            match row {
                Row::Cells(cells) => lines.push(self.line(cells, &widths, &paint)),
                Row::Heading(text) => {
                    lines.push(String::new());
                    lines.push(text.paint(width.unwrap_or(usize::MAX), &paint).0);
                }
            }
        }
        lines
    }

    fn cells(&self) -> impl Iterator<Item = &Vec<Cell>> {
        self.rows.iter().filter_map(|row| match row {
            Row::Cells(cells) => Some(cells),
            Row::Heading(_) => None,
        })
    }

    fn line(
        &self,
        row: &[Cell],
        widths: &[Option<usize>],
        paint: &impl Fn(Style, &str) -> String,
    ) -> String {
        let mut line = String::new();
        let mut owed = 0;
        for ((cell, column), width) in row.iter().zip(&self.columns).zip(widths) {
            let Some(width) = *width else { continue };
            let (shown, used) = cell.paint(width, paint);
            let fill = width - used;
            let before = if column.align == Align::Right {
                fill
            } else {
                0
            };
            if used > 0 {
                // Blanks are written only when something follows them, so that no line ends in any.
                line.push_str(&" ".repeat(owed + before));
                line.push_str(&shown);
                owed = fill - before + GAP;
            } else {
                owed += width + GAP;
            }
        }
        line
    }

    /// Width of each column; `None` when it is left out.
    fn widths(&self, width: Option<usize>) -> Vec<Option<usize>> {
        let mut widths: Vec<Option<usize>> = self
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                let cells = self
                    .cells()
                    .filter_map(|row| row.get(index))
                    .map(Cell::width)
                    .max();
                let cells = cells.filter(|widest| *widest > 0)?.max(column.wide);
                Some(if self.header {
                    cells.max(width_of(column.name))
                } else {
                    cells
                })
            })
            .collect();
        let Some(room) = width else { return widths };
        while total(&widths) > room {
            let over = total(&widths) - room;
            if self.shrink(&mut widths, over) {
                break;
            }
            let next = (0..widths.len())
                .filter(|index| widths[*index].is_some() && self.columns[*index].expendable > 0)
                .max_by_key(|index| self.columns[*index].expendable);
            match next {
                Some(index) => widths[index] = None,
                None => break,
            }
        }
        squeeze(&mut widths, room);
        widths
    }

    /// Takes `over` columns from those that shrink; changes nothing when they cannot give that much,
    /// unless nothing else is left to leave out.
    fn shrink(&self, widths: &mut [Option<usize>], over: usize) -> bool {
        let spare = |index: usize, width: usize| {
            self.columns[index]
                .least
                .map_or(0, |least| width.saturating_sub(least))
        };
        let all: usize = widths
            .iter()
            .enumerate()
            .filter_map(|(i, width)| width.map(|w| spare(i, w)))
            .sum();
        let last_chance = (0..widths.len())
            .all(|index| widths[index].is_none() || self.columns[index].expendable == 0);
        if all < over && !last_chance {
            return false;
        }
        let mut over = over;
        while over > 0 {
            let widest = (0..widths.len())
                .filter(|index| widths[*index].is_some_and(|width| spare(*index, width) > 0))
                .max_by_key(|index| widths[*index]);
            let Some(width) = widest.and_then(|index| widths[index].as_mut()) else {
                break;
            };
            *width -= 1;
            over -= 1;
        }
        true
    }
}

/// Takes from the widest what is still too much, and leaves out the last columns when nothing else is left.
fn squeeze(widths: &mut [Option<usize>], room: usize) {
    while total(widths) > room {
        let widest = widths
            .iter_mut()
            .flatten()
            .filter(|width| **width > LEAST)
            .max();
        if let Some(width) = widest {
            *width -= 1;
        } else if let Some(last) = widths
            .iter_mut()
            .skip(1)
            .rev()
            .find(|width| width.is_some())
        {
            *last = None;
        } else {
            break;
        }
    }
}

fn total(widths: &[Option<usize>]) -> usize {
    let shown = widths.iter().flatten().count();
    widths.iter().flatten().sum::<usize>() + shown.saturating_sub(1) * GAP
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(vec![
            Column::new("#").right(),
            Column::new("task").shrinks(6),
            Column::new("list").expendable(2),
            Column::new("due").expendable(1),
            Column::new("empty"),
        ]);
        for (number, title, list, due) in [
            ("1", "Buy milk", "home", "today"),
            ("10", "買い物をする", "", "tomorrow"),
        ] {
            table.row([number, title, list, due, ""].map(Cell::plain).to_vec());
        }
        table
    }

    fn plain(table: &Table, width: Option<usize>) -> Vec<String> {
        table.lines(width, |_, text| text.to_owned())
    }

    #[test]
    fn columns_are_aligned_by_display_width_and_empty_ones_left_out() {
        let lines = plain(&table(), None);
        assert_eq!(
            lines,
            [
                " #  task          list  due",
                " 1  Buy milk      home  today",
                "10  買い物をする        tomorrow",
            ]
        );
    }

    #[test]
    fn a_narrow_terminal_shrinks_then_drops_columns() {
        assert_eq!(plain(&table(), Some(26))[2], "10  買い…         tomorrow");
        assert_eq!(plain(&table(), Some(22))[2], "10  買い物…   tomorrow");
        assert_eq!(plain(&table(), Some(12))[2], "10  買い物…");
        for width in 5..40 {
            for line in plain(&table(), Some(width)) {
                assert!(width_of(&line) <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn colour_does_not_count_as_width() {
        let mut table = Table::new(vec![Column::new("a"), Column::new("b")]).headless();
        table.row(vec![Cell::new(style::BAD, "x"), Cell::plain("y")]);
        table.row(vec![Cell::plain("xx"), Cell::plain("z")]);
        let lines = table.lines(None, |style, text| super::super::paint(true, style, text));
        assert_eq!(lines[0], "\u{1b}[31mx\u{1b}[0m   y");
        assert_eq!(lines[1], "xx  z");
    }
}
