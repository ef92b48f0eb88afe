//! The comments of a task.

use taskfold_contracts::ids::{CommentId, UserId};
use taskfold_contracts::time::Timestamp;

/// A comment on a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Who wrote it.
    pub author_id: Option<UserId>,
    /// Markdown.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last reworded.
    pub edited_at: Option<Timestamp>,
}

/// Comments by id. Tasks have few, so one vector takes less room than a tree whose leaves hold eleven.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comments(Vec<(CommentId, Comment)>);

impl Comments {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All, by id.
    pub fn iter(&self) -> impl Iterator<Item = (CommentId, &Comment)> {
        self.0.iter().map(|(id, comment)| (*id, comment))
    }

    /// All ids, ascending.
    pub fn keys(&self) -> impl Iterator<Item = CommentId> {
        self.0.iter().map(|(id, _)| *id)
    }

    /// One comment.
    pub fn get(&self, id: CommentId) -> Option<&Comment> {
        let place = self.place(id).ok()?;
        self.0.get(place).map(|(_, comment)| comment)
    }

    pub(crate) fn get_mut(&mut self, id: CommentId) -> Option<&mut Comment> {
        let place = self.place(id).ok()?;
        self.0.get_mut(place).map(|(_, comment)| comment)
    }

    pub(crate) fn insert(&mut self, id: CommentId, comment: Comment) {
        match self.place(id) {
            Ok(place) => self.0[place].1 = comment,
            Err(place) => {
                // Most tasks have one: room for more is made when a second comes.
                if self.0.is_empty() {
                    self.0.reserve_exact(1);
                }
                self.0.insert(place, (id, comment));
            }
        }
    }

    pub(crate) fn remove(&mut self, id: CommentId) {
        if let Ok(place) = self.place(id) {
            self.0.remove(place);
        }
    }

    fn place(&self, id: CommentId) -> Result<usize, usize> {
        self.0.binary_search_by_key(&id, |(known, _)| *known)
    }
}

impl FromIterator<(CommentId, Comment)> for Comments {
    fn from_iter<I: IntoIterator<Item = (CommentId, Comment)>>(comments: I) -> Self {
        let mut made = Self::default();
        for (id, comment) in comments {
            made.insert(id, comment);
        }
        made
    }
}
