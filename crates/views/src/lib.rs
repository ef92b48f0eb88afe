//! taskfold-views
