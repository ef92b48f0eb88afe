CREATE TABLE workspaces (
    workspace_id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    personal INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    version BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE members (
    workspace_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    role TEXT NOT NULL,
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
) WITHOUT ROWID;

CREATE TABLE invitations (
    invitation_id BLOB NOT NULL PRIMARY KEY,
    workspace_id BLOB NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    invited_by BLOB,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL
) WITHOUT ROWID;

-- People belong to no workspace.
CREATE TABLE users (
    user_id BLOB NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    display_name TEXT NOT NULL,
    personal_workspace_id BLOB NOT NULL,
    time_zone TEXT NOT NULL,
    locale TEXT NOT NULL,
    week_start TEXT NOT NULL,
    theme TEXT NOT NULL,
    digest_time TEXT,
    channels TEXT NOT NULL,
    is_admin INTEGER NOT NULL,
    registered_at BIGINT NOT NULL,
    last_sign_in_at BIGINT,
    erased_at BIGINT,
    version BIGINT NOT NULL
) WITHOUT ROWID;
