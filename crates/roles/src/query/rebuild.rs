//! Builds the views anew while they are read.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use taskfold_contracts::envelope::hex;
use taskfold_contracts::ids::WorkspaceId;
use taskfold_views::rebuild::RebuildError;
use tokio::runtime::Handle;

use super::QueryRole;
use crate::internal::{Asked, Patience};
use crate::principal::Principal;
use crate::problem::Problem;
use crate::processor::rebuild_and_switch;
use crate::upstream::{Message, Upstream};

/// Where it is asked for.
pub const REBUILD_PATH: &str = "/views/rebuild";

/// Asks for the views to be built anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RebuildRequest {
    /// Who asks: an administrator, as the gateway has made sure.
    pub principal: Principal,
    /// Whether the old ones are to be compared with the new ones.
    #[serde(default)]
    pub verify: bool,
}

impl Asked for RebuildRequest {
    fn principal(&self) -> Principal {
        self.principal
    }

    fn workspace(&self) -> Option<WorkspaceId> {
        None
    }

    fn may_be_repeated(&self) -> bool {
        false
    }

    fn patience(&self) -> Patience {
        Patience::Long
    }
}

/// New views are in use.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Rebuilt {
    /// Events that they were made of.
    events: u64,
    /// Counts the rebuilds, from 1.
    generation: u64,
    /// Whether the old views were what the log says, row for row; null when that was not asked, or when there
    /// were none.
    equal: Option<bool>,
    /// Tables of the old views that were not.
    differing: Vec<String>,
    /// SHA-256 over all rows of the new views, in hex; null when they were not compared.
    hash: Option<String>,
}

impl QueryRole {
    /// Takes the wish to build the views anew, within this process.
    pub fn rebuild_upstream(&self) -> Upstream<RebuildRequest> {
        let role = self.clone();
        Upstream::in_process(tower::service_fn(move |asked: RebuildRequest| {
            let role = role.clone();
            async move { Ok(role.rebuild(asked.verify).await.into_response()) }
        }))
    }

    async fn rebuild(&self, verify: bool) -> Result<Json<Rebuilt>, Problem> {
        let views = self.inner.views.borrow().clone().ok_or_else(under_way)?;
        let (log, runtime) = (self.inner.log.clone(), Handle::current());
        // Tracked, so that a shutdown waits for the switch; and it goes on when nobody waits for it.
        let building = self.inner.rebuilding.spawn_blocking(move || {
            let switched = rebuild_and_switch(&log, &views, &runtime, verify)?;
            let (hash, differing) = match switched.comparison {
                Some(found) => (Some(hex(&found.hash)), found.differing),
                None => (None, Vec::new()),
            };
            Ok(Rebuilt {
                events: switched.events,
                generation: switched.generation,
                equal: hash.as_ref().map(|_| differing.is_empty()),
                differing,
                hash,
            })
        });
        let built = building.await.map_err(|error| Problem::internal(&error))?;
        built.map(Json).map_err(|error| match error {
            RebuildError::UnderWay => under_way(),
            RebuildError::Source(_) | RebuildError::File(_) => Problem::internal(&error),
        })
    }
}

pub(super) async fn handle(
    State(role): State<QueryRole>,
    Message(asked): Message<RebuildRequest>,
) -> Response {
    role.rebuild(asked.verify).await.into_response()
}

fn under_way() -> Problem {
    Problem::conflict("rebuild_under_way", "the views are being rebuilt already")
}
