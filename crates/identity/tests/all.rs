//! Credentials outlive the process that made them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;
use std::sync::Arc;

use taskfold_contracts::ids::{IdSource, SystemIds, UserId, WorkspaceId};
use taskfold_contracts::time::SystemClock;
use taskfold_identity::{Identity, Options, Scope, Scopes, TokenRequest};

fn open(path: &Path) -> Identity {
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    Identity::open(path, Options::default(), clock, ids).unwrap()
}

#[tokio::test]
async fn tokens_stand_after_a_restart_until_they_are_revoked() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("identity.db");
    let identity = open(&path);
    let (user, workspace) = (UserId(SystemIds.next()), WorkspaceId(SystemIds.next()));
    identity
        .register("anna@example.org", "correct horse", user, workspace)
        .await
        .unwrap();
    identity.confirm(user).await.unwrap();
    let request = |name: &str| TokenRequest {
        user_id: user,
        name: name.to_owned(),
        scopes: Scopes::of(&[Scope::Read]),
        workspace_id: None,
        expires_at: None,
    };
    let kept = identity.create_token(request("kept")).await.unwrap();
    let gone = identity.create_token(request("gone")).await.unwrap();
    let gone_id = identity.tokens(user).await.unwrap();
    let gone_id = gone_id.iter().find(|one| one.name == "gone").unwrap();
    assert!(identity.revoke_token(user, gone_id.token_id).await.unwrap());
    drop(identity);

    let identity = open(&path);
    let verified = identity.verify_token(&kept.secret).await.unwrap().unwrap();
    assert_eq!(verified.user_id, user);
    assert_eq!(verified.personal_workspace, workspace);
    assert!(!verified.scopes.allows(Scope::Write));
    assert!(identity.verify_token(&gone.secret).await.unwrap().is_none());
}
