//! The notifier among the roles.

use std::sync::Arc;

use super::{Role, Roles, Stores};
use crate::notifier::{Numbers, Parts, Reminders};
use crate::query::LiveViews;

impl Roles<'_> {
    /// What fires reminders, where that is to be, and its numbers.
    pub(super) fn reminders(
        &self,
        stores: &Stores,
        views: &LiveViews,
    ) -> Option<(Reminders, Numbers)> {
        if !self.options.has(Role::Notifier) {
            return None;
        }
        let numbers = Numbers::default();
        let reminders = Reminders::new(Parts {
            log: stores.log.clone(),
            views: views.clone(),
            command: self.commands()?,
            clock: Arc::clone(&self.options.clock),
            ids: Arc::clone(&self.options.ids),
            numbers: numbers.clone(),
        });
        Some((reminders, numbers))
    }

    /// Whether these roles send messages to the role that a setting names.
    pub(super) fn sends_to(&self, setting: &str) -> bool {
        let notifies = self.options.has(Role::Notifier) && setting == "upstream.command";
        self.options.has(Role::Gateway) || notifies
    }
}
