//! taskfold-log
