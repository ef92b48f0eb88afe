CREATE INDEX members_by_user ON members (user_id, workspace_id);
CREATE INDEX invitations_by_workspace ON invitations (workspace_id, invitation_id);
CREATE INDEX users_by_email ON users (email);
