//! taskfold-domain
