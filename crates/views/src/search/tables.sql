-- Words of the tasks; rowid is tasks.number. The text itself stays with the tasks. The workspace's id is
-- one word, so that a search reads nothing of other workspaces.
CREATE VIRTUAL TABLE search USING fts5(
    workspace, title, description, tags, comments,
    content = '', contentless_delete = 1,
    tokenize = "unicode61 remove_diacritics 2"
);

-- Twice as many segments as usual before they are merged: each batch writes one.
INSERT INTO search (search, rank) VALUES ('automerge', 8);
-- In quiet times all of a level are merged, as a search looks into each: see `merge` of the module.
INSERT INTO search (search, rank) VALUES ('usermerge', 2);
