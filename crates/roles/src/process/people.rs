//! People without a request from outside: whoever owns the machine may make them.

use std::sync::Arc;

use axum::response::Response;
use taskfold_contracts::commands::{RegisterUser, UserCommand};
use taskfold_contracts::ids::{CorrelationId, IdSource, UserId, WorkspaceId};
use taskfold_identity::{Account, Identity, NewToken, Scope, Scopes, TokenRequest};
use tokio::sync::Mutex;

use crate::command::{CommandRequest, Work};
use crate::principal::Principal;
use crate::problem::Problem;
use crate::upstream::Upstream;

/// Bytes of the answer to a command, at most.
const ANSWER_LIMIT: usize = 1 << 20;

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    /// The credentials cannot be stored.
    #[error(transparent)]
    Identity(#[from] taskfold_identity::Error),
    /// They are refused.
    #[error(transparent)]
    Register(#[from] taskfold_identity::RegisterError),
    /// The person cannot be stored.
    #[error(transparent)]
    Problem(#[from] Problem),
    /// There is no randomness.
    #[error("the system gives no randomness: {0}")]
    Randomness(String),
    /// This process has no gateway.
    #[error("accounts are made where the role gateway is")]
    Elsewhere,
}

/// Accounts, and where commands go.
pub(super) struct People {
    pub(super) identity: Identity,
    pub(super) command: Upstream<CommandRequest>,
    pub(super) ids: Arc<dyn IdSource>,
    /// Held by whoever looks for the person of this machine: two who find nobody would both make them.
    pub(super) looking: Mutex<()>,
}

impl People {
    pub(super) async fn register(
        &self,
        email: &str,
        password: &str,
        name: &str,
    ) -> Result<Account, LocalError> {
        let (user, workspace) = (UserId(self.ids.next()), WorkspaceId(self.ids.next()));
        let account = self
            .identity
            .register(email, password, user, workspace)
            .await?;
        let work = Work::User(UserCommand::Register(RegisterUser {
            user_id: account.user_id,
            workspace_id: account.personal_workspace,
            email: account.email.clone(),
            display_name: name.to_owned(),
            time_zone: "UTC".to_owned(),
            locale: "en".to_owned(),
            is_admin: account.is_admin,
        }));
        let response = self.command.call(self.request(&account, work)).await;
        if let Err(problem) = succeeded(response).await {
            self.identity.withdraw(account.user_id).await?;
            return Err(problem.into());
        }
        self.identity.confirm(account.user_id).await?;
        Ok(account)
    }

    pub(super) async fn token(&self, email: &str, name: &str) -> Result<NewToken, LocalError> {
        let looking = self.looking.lock().await;
        let known = self.identity.account_by_email(email).await?;
        let account = if let Some(account) = known.filter(|found| found.confirmed) {
            account
        } else {
            let password = taskfold_identity::random_secret();
            let password = password.map_err(|error| LocalError::Randomness(error.to_string()))?;
            let name = email.split('@').next().unwrap_or(email);
            self.register(email, &password, name).await?
        };
        drop(looking);
        let request = TokenRequest {
            user_id: account.user_id,
            name: name.to_owned(),
            scopes: Scopes::of(&[Scope::Read, Scope::Write, Scope::Admin]),
            workspace_id: None,
            expires_at: None,
        };
        Ok(self.identity.create_token(request).await?)
    }

    fn request(&self, account: &Account, work: Work) -> CommandRequest {
        CommandRequest {
            principal: Principal {
                user_id: account.user_id,
                agent: false,
            },
            workspace_id: account.personal_workspace,
            work,
            if_match: None,
            idempotency_key: None,
            correlation_id: CorrelationId(self.ids.next()),
            zone: None,
        }
    }
}

async fn succeeded(response: Response) -> Result<(), Problem> {
    if response.status().is_success() {
        return Ok(());
    }
    let bytes = axum::body::to_bytes(response.into_body(), ANSWER_LIMIT).await;
    let bytes = bytes.map_err(|error| Problem::internal(&error))?;
    Err(serde_json::from_slice(&bytes).unwrap_or_else(|error| Problem::internal(&error)))
}
