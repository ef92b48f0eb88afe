//! Full text in SQLite: FTS5. Nothing that somebody typed reaches it but inside quotes.

use taskfold_contracts::ids::WorkspaceId;
use taskfold_sql::{Connection, Error, values};

use super::Place;
use super::words::Term;
use crate::tasks::Cell;

/// Pages that one step of [`merge`] writes: a few milliseconds for which a batch of events waits.
const MERGE_PAGES: i64 = 100;

/// Indexes all tasks, at the end of a rebuild: the same words as [`index`] takes. Of a JSON array without
/// escapes those are the words of its text.
pub(crate) const INDEX_ALL: &str = "
    INSERT INTO search (rowid, workspace, title, description, tags, comments)
        SELECT t.number, hex(t.workspace_id), t.title, t.description,
            CASE WHEN instr(t.tags, '\\') = 0 THEN t.tags
                 ELSE (SELECT group_concat(value, ' ') FROM json_each(t.tags)) END,
            CASE WHEN t.comment_count = 0 THEN ''
                 ELSE (SELECT group_concat(body, char(10)) FROM
                     (SELECT c.body FROM comments c
                      WHERE c.task_id = t.task_id AND c.deleted_at IS NULL
                      ORDER BY c.comment_id)) END
        FROM tasks t ORDER BY t.number;";

/// Indexes tasks, new or again.
pub(super) fn index(connection: &Connection, cells: &[&Cell]) -> Result<(), Error> {
    for cell in cells {
        let task = &cell.task;
        if cell.stored {
            let sql = "DELETE FROM search WHERE rowid = ?1";
            connection.execute(sql, values![cell.number])?;
        }
        let comments = match task.comments {
            0 => None,
            _ => comments(connection, cell)?,
        };
        connection.execute(
            "INSERT INTO search (rowid, workspace, title, description, tags, comments)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            values![
                cell.number,
                word(&task.workspace_id),
                task.title,
                task.description,
                task.tags.join(" "),
                comments.unwrap_or_default(),
            ],
        )?;
    }
    Ok(())
}

/// Merges pieces of the index, some pages of it at a time; whether there was something to merge.
pub(crate) fn merge(connection: &Connection) -> Result<bool, Error> {
    let changes = || -> Result<i64, Error> {
        let total = connection.first("SELECT total_changes()", values![], |row| row.get(0))?;
        Ok(total.unwrap_or(0))
    };
    let before = changes()?;
    let sql = "INSERT INTO search (search, rank) VALUES ('merge', ?1)";
    connection.execute(sql, values![MERGE_PAGES])?;
    // One change is the command itself.
    Ok(changes()? - before > 1)
}

fn comments(connection: &Connection, cell: &Cell) -> Result<Option<String>, Error> {
    let sql = "SELECT group_concat(body, char(10)) FROM
             (SELECT body FROM comments WHERE task_id = ?1 AND deleted_at IS NULL
              ORDER BY comment_id)";
    let id = cell.task.task_id.as_bytes();
    let all = connection.first(sql, values![id], |row| row.get(0))?;
    Ok(all.flatten())
}

/// A workspace's id as one word.
fn word(workspace: &WorkspaceId) -> String {
    workspace.0.simple().to_string()
}

/// Words one after the other, of which the last may go on.
pub(super) fn phrase(place: Place, text: &str) -> String {
    let columns = match place {
        Place::Title => "title",
        Place::TitleOrDescription => "{title description}",
    };
    let quoted = text.replace(['"', '\0'], " ");
    format!("{columns} : \"{quoted}\" *")
}

/// That the index has what the value of a placeholder asks for.
pub(super) fn matches(placeholder: &str) -> String {
    format!("f.search MATCH {placeholder}")
}

/// The tasks of a tier. FTS5 gives them by number as it finds them; the cross join keeps it in front.
pub(super) fn find(columns: &str) -> String {
    format!(
        "SELECT {columns} FROM search f CROSS JOIN tasks t ON t.number = f.rowid
         WHERE f.search MATCH ?1 AND f.rowid < ?2 AND (?3 OR t.deleted_at IS NULL)
         ORDER BY f.rowid DESC LIMIT ?4"
    )
}

/// What everybody's words may match; the workspace is no business of theirs.
const TEXTS: &str = "{title description tags comments}";

/// The terms in the query language of FTS5, by tiers, the best first: all words in the title as they
/// stand, then as beginnings, then anywhere. No task is in two. Empty when nothing is to be found.
pub(super) fn tiers(terms: &[Term], workspace: &WorkspaceId) -> Vec<String> {
    let join = |excluded: bool, prefixes: bool, with: &str| {
        let parts: Vec<String> = terms
            .iter()
            .filter(|term| term.excluded == excluded)
            .map(|term| {
                let text = term.text.replace(['"', '\0'], " ");
                let star = if prefixes && term.prefix { " *" } else { "" };
                format!("\"{text}\"{star}")
            })
            .collect();
        parts.join(with)
    };
    let (whole, wanted) = (join(false, false, " AND "), join(false, true, " AND "));
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut tiers = vec![format!("title : ({wanted})")];
    if whole != wanted {
        tiers[0] = format!("(title : ({wanted}) NOT title : ({whole}))");
        tiers.insert(0, format!("title : ({whole})"));
    }
    tiers.push(format!("({TEXTS} : ({wanted}) NOT title : ({wanted}))"));
    let excluded = join(true, true, " OR ");
    let but = if excluded.is_empty() {
        String::new()
    } else {
        format!(" NOT {TEXTS} : ({excluded})")
    };
    let workspace = word(workspace);
    let within = |tier| format!("(workspace : \"{workspace}\" AND {tier}){but}");
    tiers.into_iter().map(within).collect()
}

#[cfg(test)]
mod tests {
    use taskfold_contracts::ids::WorkspaceId;

    use super::super::words::terms;
    use super::tiers;

    fn fts(text: &str) -> Vec<String> {
        tiers(&terms(text), &WorkspaceId(uuid::Uuid::nil()))
    }

    #[test]
    fn matches_are_not_sorted() {
        let connection = crate::db::open_memory().unwrap();
        let plan = crate::sql::plan(&connection, &super::find(crate::tasks::COLUMNS));
        assert!(plan.starts_with("SCAN f VIRTUAL TABLE INDEX"), "{plan}");
        assert!(
            plan.contains("SEARCH t USING INTEGER PRIMARY KEY"),
            "{plan}"
        );
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }

    #[test]
    fn words_phrases_prefixes_and_exclusions_are_told_apart() {
        let rest = |wanted: &str| {
            format!(
                "(workspace : \"00000000000000000000000000000000\" AND ({{title description tags comments}} : ({wanted}) \
                 NOT title : ({wanted})))"
            )
        };
        assert_eq!(
            fts("pay rent "),
            [
                "(workspace : \"00000000000000000000000000000000\" AND title : (\"pay\" AND \"rent\"))".to_owned(),
                rest("\"pay\" AND \"rent\""),
            ]
        );
        assert_eq!(
            fts("pay rent"),
            [
                "(workspace : \"00000000000000000000000000000000\" AND title : (\"pay\" AND \"rent\"))".to_owned(),
                "(workspace : \"00000000000000000000000000000000\" AND (title : (\"pay\" AND \"rent\" *) \
                 NOT title : (\"pay\" AND \"rent\")))"
                    .to_owned(),
                rest("\"pay\" AND \"rent\" *"),
            ]
        );
        assert_eq!(
            fts("\"pay rent\" now ").last(),
            Some(&rest("\"pay rent\" AND \"now\""))
        );
        assert_eq!(fts("inv* x ").last(), Some(&rest("\"inv\" * AND \"x\"")));
        assert_eq!(
            fts("pay -rent")[0],
            "(workspace : \"00000000000000000000000000000000\" AND title : (\"pay\")) \
             NOT {title description tags comments} : (\"rent\")"
        );
    }

    #[test]
    fn nothing_typed_becomes_syntax() {
        for text in ["", "-rent", "* - \" ' ^ ()"] {
            assert!(fts(text).is_empty(), "{text:?}");
        }
        assert!(
            fts("title:x OR NEAR(a b)")[1]
                .contains("(\"title:x\" AND \"OR\" AND \"NEAR(a\" AND \"b)\" *)")
        );
        assert!(fts("a\"b\" c\0d ")[0].ends_with("title : (\"a\" AND \"b\" AND \"c d\"))"));
    }
}
