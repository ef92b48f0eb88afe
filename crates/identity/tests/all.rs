//! Credentials outlive the process that made them, in a file and on a server. PostgreSQL is tested where
//! `TASKFOLD_TEST_POSTGRES` names a server.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::Arc;

use taskfold_contracts::ids::{IdSource, SystemIds, UserId, WorkspaceId};
use taskfold_contracts::time::SystemClock;
use taskfold_identity::{
    Identity, OpenError, Options, Place as Kept, RegisterError, Scope, Scopes, TokenRequest,
    TransferError,
};
use taskfold_sql::{Connection, Server};

/// Opens the same accounts again, as another process would.
type Open = Box<dyn Fn() -> Result<Identity, OpenError> + Send + Sync>;

struct Place {
    open: Open,
    _dir: tempfile::TempDir,
}

fn file() -> Place {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("identity.db");
    let open = move || {
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
        Identity::open(&path, Options::default(), clock, ids)
    };
    Place {
        open: Box::new(open),
        _dir: dir,
    }
}

/// A database of the test's own; none where there is no server.
#[allow(clippy::disallowed_methods, reason = "where the test server is")]
fn server(name: &str) -> Option<Place> {
    let url = std::env::var("TASKFOLD_TEST_POSTGRES").ok()?;
    let database = format!("identity_test_{name}");
    let admin = Connection::postgres(&Server::parse(&url).unwrap()).unwrap();
    let drop = format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)");
    admin.batch(&drop).unwrap();
    admin.batch(&format!("CREATE DATABASE {database}")).unwrap();
    let (base, _) = url.rsplit_once('/').unwrap();
    let server = Server::parse(&format!("{base}/{database}")).unwrap();
    let open = move || {
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
        match Identity::connect(&server, Options::default(), clock, ids) {
            Err(OpenError::Behind { steps }) => {
                assert_eq!(Identity::migrate(&server).unwrap(), steps);
                assert_eq!(Identity::migrate(&server).unwrap(), 0);
                let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
                Identity::connect(&server, Options::default(), clock, ids)
            }
            opened => opened,
        }
    };
    Some(Place {
        open: Box::new(open),
        _dir: tempfile::tempdir().unwrap(),
    })
}

/// Opening blocks.
async fn open(place: &Arc<Place>) -> Identity {
    let place = Arc::clone(place);
    let opened = tokio::task::spawn_blocking(move || (place.open)());
    opened.await.unwrap().unwrap()
}

async fn places(name: &'static str) -> Vec<Arc<Place>> {
    let made = tokio::task::spawn_blocking(move || {
        let places = [Some(file()), server(name)];
        places.into_iter().flatten().map(Arc::new).collect()
    });
    made.await.unwrap()
}

#[tokio::test]
async fn tokens_stand_after_a_restart_until_they_are_revoked() {
    for place in places("tokens").await {
        let identity = open(&place).await;
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

        let identity = open(&place).await;
        let verified = identity.verify_token(&kept.secret).await.unwrap().unwrap();
        assert_eq!(verified.user_id, user);
        assert_eq!(verified.personal_workspace, workspace);
        assert!(verified.is_admin, "the first account");
        assert!(!verified.scopes.allows(Scope::Write));
        assert!(identity.verify_token(&gone.secret).await.unwrap().is_none());
        identity.flush_last_used().await.unwrap();
        assert!(
            identity.tokens(user).await.unwrap()[0]
                .last_used_at
                .is_some()
        );
    }
}

#[tokio::test]
async fn sessions_are_seen_by_other_processes_and_replaced_at_sign_in() {
    for place in places("sessions").await {
        let (one, other) = (open(&place).await, open(&place).await);
        let (user, workspace) = (UserId(SystemIds.next()), WorkspaceId(SystemIds.next()));
        one.register("anna@example.org", "correct horse", user, workspace)
            .await
            .unwrap();
        one.confirm(user).await.unwrap();
        let account = other
            .sign_in("Anna@example.org", "correct horse", "::1")
            .await
            .unwrap();
        let first = other
            .begin_session(&account, "browser", None)
            .await
            .unwrap();
        let seen = one.verify_session(&first.secret).await.unwrap().unwrap();
        assert_eq!(seen.user_id, user);
        let second = one
            .begin_session(&account, "browser", Some(&first.secret))
            .await
            .unwrap();
        let left = other.sessions(user).await.unwrap();
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].session_id, second.session_id);
        assert!(other.end_session(user, second.session_id).await.unwrap());
        assert!(one.sessions(user).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn of_many_who_register_at_once_one_administers_and_an_address_is_taken_once() {
    for place in places("first").await {
        let (one, other) = (open(&place).await, open(&place).await);
        let register = |identity: Identity, email: String| async move {
            let (user, workspace) = (UserId(SystemIds.next()), WorkspaceId(SystemIds.next()));
            let account = identity
                .register(&email, "correct horse", user, workspace)
                .await?;
            identity.confirm(account.user_id).await.unwrap();
            Ok::<_, RegisterError>(account)
        };
        let names = ["a", "b", "c", "d"].map(|name| format!("{name}@example.org"));
        let (a, b, c, d) = tokio::join!(
            register(one.clone(), names[0].clone()),
            register(other.clone(), names[1].clone()),
            register(one.clone(), names[2].clone()),
            register(other, names[3].clone()),
        );
        let admins = [a, b, c, d]
            .into_iter()
            .filter(|made| made.as_ref().unwrap().is_admin);
        assert_eq!(admins.count(), 1);
        let again = register(one, names[0].clone()).await;
        assert_eq!(again, Err(RegisterError::Taken));
    }
}

#[tokio::test]
async fn an_account_goes_with_its_proofs_and_its_address_is_free() {
    for place in places("removed").await {
        let identity = open(&place).await;
        let [anna, bert] = [1, 2].map(|_| UserId(SystemIds.next()));
        for (email, user) in [("anna@example.org", anna), ("bert@example.org", bert)] {
            let home = WorkspaceId(SystemIds.next());
            identity
                .register(email, "correct horse", user, home)
                .await
                .unwrap();
            identity.confirm(user).await.unwrap();
        }
        assert!(identity.is_needed(anna).await.unwrap());
        assert!(!identity.is_needed(bert).await.unwrap());
        let token = identity.create_token(TokenRequest {
            user_id: bert,
            name: "x".to_owned(),
            scopes: Scopes::of(&[Scope::Read]),
            workspace_id: None,
            expires_at: None,
        });
        let token = token.await.unwrap();
        assert!(
            identity
                .verify_token(&token.secret)
                .await
                .unwrap()
                .is_some()
        );
        assert!(identity.remove(bert).await.unwrap());
        assert!(!identity.remove(bert).await.unwrap());
        assert!(
            identity
                .verify_token(&token.secret)
                .await
                .unwrap()
                .is_none()
        );
        assert!(!identity.is_needed(anna).await.unwrap());
        let home = WorkspaceId(SystemIds.next());
        let again = identity.register("bert@example.org", "correct horse", bert, home);
        assert!(!again.await.unwrap().is_admin);
    }
}

#[tokio::test]
async fn a_copy_is_equal_and_writes_nothing_over() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    let person = |name: &'static str, email: &'static str| {
        let path = path(name);
        async move {
            let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
            let identity = Identity::open(&path, Options::default(), clock, ids).unwrap();
            let (user, workspace) = (UserId(SystemIds.next()), WorkspaceId(SystemIds.next()));
            identity
                .register(email, "correct horse", user, workspace)
                .await
                .unwrap();
            identity.confirm(user).await.unwrap();
            let account = identity
                .sign_in(email, "correct horse", "::1")
                .await
                .unwrap();
            let session = identity
                .begin_session(&account, "browser", None)
                .await
                .unwrap();
            (identity, session.secret)
        }
    };
    let (_, secret) = person("one.db", "anna@example.org").await;
    drop(person("other.db", "bert@example.org").await);
    let [one, other, copy] = ["one.db", "other.db", "copy.db"].map(|name| Kept::File(path(name)));
    let copied = one.copy_to(&copy, false).unwrap();
    assert_eq!((copied.accounts, copied.sessions, copied.tokens), (1, 1, 0));
    assert_eq!(copy.contents().unwrap(), copied);
    assert_eq!(one.copy_to(&copy, false).unwrap(), copied);
    let refused = other.copy_to(&copy, false);
    assert!(
        matches!(refused, Err(TransferError::NotEmpty(1))),
        "{refused:?}"
    );
    assert_eq!(copy.contents().unwrap(), copied);
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let identity = Identity::open(&path("copy.db"), Options::default(), clock, ids).unwrap();
    assert!(identity.verify_session(&secret).await.unwrap().is_some());
    assert_ne!(other.copy_to(&copy, true).unwrap(), copied);
}
