//! taskfold-bus
