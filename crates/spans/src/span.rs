//! What is told of a piece of work.

use std::borrow::Cow;
use std::time::Instant;

use taskfold_contracts::trace::SpanContext;

/// A piece of work that is done. No field may hold content: titles, descriptions, comments, addresses, tokens.
#[derive(Debug, Clone)]
pub struct Span {
    /// Its trace and its own id.
    pub context: SpanContext,
    /// The span of the same trace that it is a part of, or that set it off.
    pub parent: Option<u64>,
    /// Where the same work stands in another trace.
    pub link: Option<SpanContext>,
    /// What kind of work; few values.
    pub name: Cow<'static, str>,
    /// Its side of a connection.
    pub kind: Kind,
    /// When it began.
    pub began: Instant,
    /// When it ended.
    pub ended: Instant,
    /// More about it.
    pub attributes: Vec<(&'static str, Value)>,
    /// Why it failed, if it did.
    pub failure: Option<Cow<'static, str>>,
}

impl Span {
    /// Work that ends now, in good order.
    pub fn done(
        context: SpanContext,
        parent: Option<u64>,
        (kind, name): (Kind, impl Into<Cow<'static, str>>),
        began: Instant,
    ) -> Self {
        Self {
            context,
            parent,
            link: None,
            name: name.into(),
            kind,
            began,
            ended: Instant::now(),
            attributes: Vec::new(),
            failure: None,
        }
    }

    /// With one more attribute.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// With the reason why it failed.
    #[must_use]
    pub fn failed(mut self, reason: impl Into<Cow<'static, str>>) -> Self {
        self.failure = Some(reason.into());
        self
    }
}

/// The side of a connection that a piece of work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Neither: within a process.
    Internal,
    /// It answers a request.
    Server,
    /// It waits for an answer.
    Client,
    /// It gives a message to whoever wants it.
    Producer,
    /// It takes such a message.
    Consumer,
}

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Words.
    Text(Cow<'static, str>),
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Several words.
    Texts(Vec<Cow<'static, str>>),
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Vec<Cow<'static, str>>> for Value {
    fn from(texts: Vec<Cow<'static, str>>) -> Self {
        Self::Texts(texts)
    }
}
