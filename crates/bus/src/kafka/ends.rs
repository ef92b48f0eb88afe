//! How far each topic of a partition is.

use std::collections::BTreeMap;

use taskfold_contracts::events::Topic;

/// What the topics of a partition have.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Ends(BTreeMap<Topic, u64>);

impl Ends {
    /// The last position on a topic; 0 when it is empty.
    pub(super) fn of(&self, topic: Topic) -> u64 {
        self.0.get(&topic).copied().unwrap_or(0)
    }

    pub(super) fn put(&mut self, topic: Topic, number: u64) {
        self.0.insert(topic, number);
    }

    /// From where the log has to be read: nothing up to there is missing anywhere. `noted` are the ends that
    /// were seen when the checkpoint was written.
    pub(super) fn start(&self, checkpoint: u64, noted: &Self) -> u64 {
        let lost = Topic::ALL
            .into_iter()
            .filter(|topic| self.of(*topic) < noted.of(*topic))
            .map(|topic| self.of(topic));
        lost.min().map_or(checkpoint, |lost| lost.min(checkpoint))
    }
}

impl FromIterator<(Topic, u64)> for Ends {
    fn from_iter<I: IntoIterator<Item = (Topic, u64)>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(task: u64, user: u64) -> Ends {
        Ends(BTreeMap::from([(Topic::Task, task), (Topic::User, user)]))
    }

    #[test]
    fn it_begins_at_the_checkpoint_unless_a_topic_lost_something() {
        assert_eq!(ends(100, 3).start(100, &ends(100, 3)), 100);
        // More is there than was noted: the crash came in between.
        assert_eq!(ends(120, 3).start(100, &ends(100, 3)), 100);
        assert_eq!(ends(70, 3).start(100, &ends(100, 3)), 70);
        assert_eq!(ends(0, 0).start(100, &ends(100, 3)), 0);
        assert_eq!(ends(100, 0).start(100, &ends(100, 3)), 0);
        assert_eq!(Ends::default().start(0, &Ends::default()), 0);
    }
}
