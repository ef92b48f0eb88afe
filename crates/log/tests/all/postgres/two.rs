//! The contract suite on a log that is spread over two databases.

use super::kit::backend;

taskfold_log::conformance!(|| backend(2));
