-- Words of the tasks; rowid is tasks.number. The text itself stays with the tasks.
CREATE VIRTUAL TABLE search USING fts5(
    title, description, tags, comments,
    content = '', contentless_delete = 1,
    tokenize = "unicode61 remove_diacritics 2"
);
