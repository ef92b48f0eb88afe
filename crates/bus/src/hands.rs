//! The thread on which one partition's events take effect.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{SyncSender, sync_channel};

use tokio::sync::oneshot;

type Work = Box<dyn FnOnce() + Send>;

/// One thread, and the work that it is given piece by piece. It is always the same thread, because what the
/// sink keeps in memory then stays in one processor's cache and in one heap; a pool takes whichever thread is
/// free. It ends with this value, after the piece that it is at.
pub(crate) struct Hands {
    work: SyncSender<Work>,
}

/// Why a piece of work has no outcome.
#[derive(Debug, thiserror::Error)]
#[error("the sink panicked: {0}")]
pub(crate) struct Panicked(String);

impl Hands {
    pub(crate) fn start(name: String) -> std::io::Result<Self> {
        let (work, given) = sync_channel::<Work>(1);
        std::thread::Builder::new().name(name).spawn(move || {
            while let Ok(piece) = given.recv() {
                piece();
            }
        })?;
        Ok(Self { work })
    }

    /// Does a piece of work, which may block. It is done to its end also when nobody waits for it any more.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        piece: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Panicked> {
        let (answer, answered) = oneshot::channel();
        let piece = move || {
            let outcome = catch_unwind(AssertUnwindSafe(piece));
            // An error means that nobody waits any more.
            drop(answer.send(outcome.map_err(|panic| Panicked(text(&*panic)))));
        };
        let gone = |_| Panicked("its thread is gone".to_owned());
        // There is room: a piece is given when the one before is done.
        self.work
            .try_send(Box::new(piece))
            .map_err(|_| Panicked("its thread is busy or gone".to_owned()))?;
        answered.await.map_err(gone)?
    }
}

fn text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
        .to_owned()
}
