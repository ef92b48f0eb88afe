//! Bringing fields back to how they were: what undo and restore have in common.
