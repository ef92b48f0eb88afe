//! What of a batch is tried next, so that poison is found among good events.

/// A stretch of rows `start..end` that is tried next, within rows of which those before `start` are done.
pub(crate) struct Window {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Poison is known to be before this index.
    poison_before: Option<usize>,
    /// Tries of the row at `start` alone that ended in poison.
    pub(crate) attempts: u32,
}

impl Window {
    pub(crate) fn over(rows: usize) -> Self {
        Self {
            start: 0,
            end: rows,
            poison_before: None,
            attempts: 0,
        }
    }

    /// What was tried is done; the next stretch is the rest, or the half of it that may hold the poison.
    pub(crate) fn applied(&mut self, rows: usize) {
        self.start = self.end;
        self.attempts = 0;
        self.poison_before = self.poison_before.filter(|poison| *poison > self.start);
        self.end = match self.poison_before {
            Some(poison) => self.start + (poison - self.start).div_ceil(2),
            None => rows,
        };
    }

    pub(crate) fn narrow_to_first(&mut self) {
        self.end = self.start + 1;
        self.poison_before = None;
    }

    /// There is poison in what was tried, at `index` when that is known. True when it is the row at
    /// `start`: then the try counts.
    pub(crate) fn poisoned(&mut self, index: Option<usize>) -> bool {
        let index = index.filter(|index| (self.start..self.end).contains(index));
        let first = index == Some(self.start) || self.end - self.start == 1;
        if first {
            self.end = self.start + 1;
            self.poison_before = None;
            self.attempts += 1;
        } else if let Some(index) = index {
            self.poison_before = Some(index + 1);
            self.end = index;
        } else {
            self.poison_before = Some(self.end);
            self.end = self.start + (self.end - self.start) / 2;
        }
        first
    }
}
