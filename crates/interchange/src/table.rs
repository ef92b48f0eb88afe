//! CSV with a header row.

use std::collections::BTreeMap;

use crate::MAX_TASKS;
use crate::report::ImportError;

/// A file of rows under named columns.
pub(crate) struct Table {
    columns: BTreeMap<String, usize>,
    rows: Vec<Row>,
}

/// A row, and where it begins in the file.
pub(crate) struct Row {
    line: u64,
    fields: csv::StringRecord,
}

impl Table {
    /// Reads the file from its header on: the first row that has all of these columns (whatever the
    /// case). What stands before it is passed over.
    pub(crate) fn read(text: &str, header: &[&str]) -> Result<Self, ImportError> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter(text, header))
            .from_reader(text.as_bytes());
        let mut columns: Option<BTreeMap<String, usize>> = None;
        let mut rows = Vec::new();
        for record in reader.records() {
            let fields = record.map_err(|error| {
                let line = error.position().map_or(0, csv::Position::line);
                ImportError::new(format!("line {line}"), "this is not a row of a CSV file")
            })?;
            let line = fields.position().map_or(0, csv::Position::line);
            if columns.is_some() {
                rows.push(Row { line, fields });
                if rows.len() > MAX_TASKS {
                    let message = format!("more than the limit of {MAX_TASKS} rows");
                    return Err(ImportError::new(format!("line {line}"), message));
                }
                continue;
            }
            columns = header_of(&fields, header);
        }
        let columns = columns.ok_or_else(|| {
            let names = header.join(", ");
            ImportError::file(format!("there is no row with the column names {names}"))
        })?;
        Ok(Self { columns, rows })
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Cells<'_>> {
        self.rows.iter().map(|row| Cells { table: self, row })
    }
}

fn header_of(fields: &csv::StringRecord, wanted: &[&str]) -> Option<BTreeMap<String, usize>> {
    let columns: BTreeMap<String, usize> = fields
        .iter()
        .enumerate()
        .map(|(index, name)| (name.trim().to_ascii_lowercase(), index))
        .collect();
    let complete = wanted
        .iter()
        .all(|name| columns.contains_key(&name.to_ascii_lowercase()));
    complete.then_some(columns)
}

/// Comma, or what a spreadsheet of another country put in its place: as in the header row.
fn delimiter(text: &str, header: &[&str]) -> u8 {
    let has_names = |line: &&str| {
        header.iter().all(|name| {
            line.to_ascii_lowercase()
                .contains(&name.to_ascii_lowercase())
        })
    };
    let line = text.lines().take(50).find(has_names).unwrap_or_default();
    let count = |delimiter: char| line.matches(delimiter).count();
    let (_, best) = [(count(','), b','), (count(';'), b';'), (count('\t'), b'\t')]
        .into_iter()
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .unwrap_or((0, b','));
    best
}

/// One row, by the names of its columns.
#[derive(Clone, Copy)]
pub(crate) struct Cells<'a> {
    table: &'a Table,
    row: &'a Row,
}

impl<'a> Cells<'a> {
    /// The trimmed text under this column; empty where there is none.
    pub(crate) fn get(&self, column: &str) -> &'a str {
        let index = self.table.columns.get(&column.to_ascii_lowercase());
        index
            .and_then(|index| self.row.fields.get(*index))
            .unwrap_or_default()
            .trim()
    }

    /// Where it is, for warnings.
    pub(crate) fn place(&self) -> String {
        format!("line {}", self.row.line)
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.row.fields.iter().all(|field| field.trim().is_empty())
    }
}
