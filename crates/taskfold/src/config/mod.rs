//! The configuration: defaults ← `taskfold.toml` ← `TASKFOLD_*` ← flags.

mod bus;
mod credentials;
mod environment;
mod layers;
mod private;
mod secrets;
mod settings;
mod several;
mod telemetry;

pub(crate) use bus::{BusKind, SaslMechanism, ValueFormat};
pub(crate) use credentials::{Credentials, Login};
pub(crate) use environment::Environment;
pub(crate) use layers::ServeOverrides;
pub(crate) use layers::{Loaded, Overrides};
pub(crate) use private::{make_private_directory, read_private, write_private};
pub(crate) use settings::{
    ColorWhen, Config, LogFormat, ProcessLog, Registration, Secret, StoreKind,
};
