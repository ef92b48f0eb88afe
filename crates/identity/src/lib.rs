//! taskfold-identity
