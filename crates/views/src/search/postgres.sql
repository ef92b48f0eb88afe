-- Words of the tasks: of the title with the weight A, of the description B, the tags C, the comments D. The
-- workspace's id is one word, so that a search reads nothing of other workspaces.
CREATE TABLE search (
    number BIGINT NOT NULL PRIMARY KEY,
    workspace_id BYTEA NOT NULL,
    words TSVECTOR NOT NULL
);
