//! taskfold-roles
