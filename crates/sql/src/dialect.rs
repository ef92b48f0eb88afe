//! Where the two databases spell the same thing differently.

/// Which database a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    /// Tables and indexes, written as SQLite takes them, as this database takes them. Whole words only:
    /// `INTEGER` is 64 bits wide, text is compared by its bytes, as in SQLite.
    pub fn tables(self, sqlite: &str) -> String {
        match self {
            Self::Sqlite => sqlite.to_owned(),
            Self::Postgres => {
                let words = words(sqlite, |word| match word {
                    "INTEGER" => "BIGINT",
                    "BLOB" => "BYTEA",
                    "TEXT" => "TEXT COLLATE \"C\"",
                    other => other,
                });
                words.replace(" WITHOUT ROWID", "")
            }
        }
    }
}

/// A statement with `?1`, `?2`, … as PostgreSQL takes it: `$1`, `$2`, …. Quoted text stays.
pub(crate) fn numbered(sql: &str) -> String {
    let mut quoted = None;
    sql.chars()
        .map(|c| {
            match quoted {
                Some(quote) if c == quote => quoted = None,
                None if c == '\'' || c == '"' => quoted = Some(c),
                None if c == '?' => return '$',
                Some(_) | None => {}
            }
            c
        })
        .collect()
}

/// Replaces words outside of comments and quotes.
fn words(sql: &str, replace: impl Fn(&str) -> &str) -> String {
    let mut out = String::with_capacity(sql.len() + sql.len() / 8);
    for line in sql.lines() {
        let (code, comment) = line.split_at(line.find("--").unwrap_or(line.len()));
        let mut rest = code;
        while let Some(start) = rest.find(|c: char| c.is_ascii_alphanumeric() || c == '_') {
            out.push_str(&rest[..start]);
            let word = &rest[start..];
            let end = word
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(word.len());
            out.push_str(replace(&word[..end]));
            rest = &word[end..];
        }
        out.push_str(rest);
        out.push_str(comment);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_numbered_the_other_way_but_not_in_quotes() {
        assert_eq!(
            numbered("SELECT '?1', \"a?\" FROM t WHERE a = ?1 AND b = ?12"),
            "SELECT '?1', \"a?\" FROM t WHERE a = $1 AND b = $12"
        );
    }

    #[test]
    fn tables_are_spelled_for_each_database() {
        let sqlite = "CREATE TABLE t ( -- an INTEGER\n  a INTEGER NOT NULL,\n  b BLOB, c TEXT\n) WITHOUT ROWID;\n";
        assert_eq!(Dialect::Sqlite.tables(sqlite), sqlite);
        assert_eq!(
            Dialect::Postgres.tables(sqlite),
            "CREATE TABLE t ( -- an INTEGER\n  a BIGINT NOT NULL,\n  b BYTEA, c TEXT COLLATE \"C\"\n);\n"
        );
    }
}
