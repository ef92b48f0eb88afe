//! The configuration: defaults ← `taskfold.toml` ← `TASKFOLD_*` ← flags.

mod credentials;
mod environment;
mod layers;
mod private;
mod settings;

pub use credentials::{Credentials, Login};
pub use environment::Environment;
pub use layers::ServeOverrides;
pub use layers::{Loaded, Overrides};
pub use private::{read_private, write_private};
pub use settings::{ColorWhen, Config, LogFormat, Registration, Telemetry};
