//! The contract suite on one database.

use super::kit::backend;

taskfold_log::conformance!(|| backend(1));
