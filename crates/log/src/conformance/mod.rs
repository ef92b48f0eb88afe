//! What every backend of the log must do, as tests: `conformance!(new_backend)` makes one of each.
//! `new_backend` gives a [`Backend`] on fresh storage.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "test code, in the library so that every backend's tests can use it"
)]

pub mod appends;
pub mod integrity;
pub mod kit;
pub mod reads;
pub mod torture;

use std::path::PathBuf;
use std::sync::Arc;

use taskfold_contracts::position::Position;
use taskfold_contracts::time::Clock;

use crate::{Log, Options};

/// Opens the backend's storage.
type Open = Box<dyn Fn(Options, Arc<dyn Clock>) -> Log + Send + Sync>;

/// Changes the storage behind the log's back, while the log is closed.
type Tamper = Box<dyn Fn(&Damage) + Send + Sync>;

/// One backend on storage of its own.
pub struct Backend {
    /// Opens the storage, also again after a shutdown.
    pub open: Open,
    /// Does damage.
    pub tamper: Tamper,
    /// Where tests may put files; removed at the end.
    pub directory: PathBuf,
    /// Keeps the storage alive.
    pub keep: Box<dyn Send + Sync>,
}

/// What somebody may do to rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Another payload.
    Payload(Position),
    /// Another author.
    Actor(Position),
    /// A row is gone.
    Remove(Position),
    /// Two rows of one partition change places.
    Swap(Position, Position),
    /// Another version within the stream.
    Version(Position),
}

/// Makes one test of each function of the suite.
#[macro_export]
macro_rules! conformance {
    ($backend:expr) => {
        $crate::conformance_tests! { $backend;
            appends: an_append_is_stored_and_read_back;
            appends: versions_and_positions_are_dense;
            appends: a_stale_append_names_the_actual_version;
            appends: a_conflict_fails_nobody_else;
            appends: of_many_that_expect_the_same_one_wins;
            appends: a_stream_that_was_only_read_counts;
            appends: a_second_try_gets_the_first_answer;
            appends: a_key_is_for_one_request;
            appends: of_many_tries_with_one_key_one_is_stored;
            appends: a_refused_append_does_not_use_up_its_key;
            appends: a_value_is_claimed_once;
            appends: an_append_without_events_checks_and_answers;
            appends: what_is_too_large_is_refused;
            appends: recorded_at_never_decreases;
            appends: after_shutdown_it_is_closed;
            reads: reads_agree_in_memory_and_from_storage;
            reads: reads_keep_to_workspace_stream_and_change;
            reads: newest_first_and_by_actor;
            reads: a_time_is_found;
            reads: whoever_watches_is_woken;
            reads: snapshots_are_found_by_position;
            reads: watermarks_are_kept;
            reads: stats_count;
            integrity: the_chain_goes_on_after_reopening;
            integrity: verify_tells_progress;
            integrity: verify_finds_each_damage;
            integrity: verify_finds_each_damage_at_the_end;
            integrity: a_backup_is_equal_while_appends_go_on;
            torture: readers_miss_nothing_and_naive_readers_are_caught;
            torture: clients_that_go_away_lose_nothing;
        }
    };
}

/// The tests of [`conformance!`].
#[macro_export]
#[doc(hidden)]
macro_rules! conformance_tests {
    ($backend:expr; $($module:ident: $test:ident;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $test() {
            $crate::conformance::$module::$test(&$backend()).await;
        }
    )*};
}
