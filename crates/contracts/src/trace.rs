//! Where work stands in a trace: W3C Trace Context, version 00, and how a row of the log leads to its trace.
//!
//! A row has no room for spans, and needs none: its ids name them. The correlation id is the id of the trace.
//! The span of an append is named by the lower half of its change, that of a publication by the lower half of
//! its event. The last bit of a change says whether its trace is recorded. So whoever has a row or a record can
//! go on with the trace of the request that it came from, without asking anybody.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::envelope::Header;
use crate::ids::ChangeId;

/// The flag of a trace that is recorded.
const SAMPLED: u8 = 1;
/// The bit of a change id that says the same.
const SAMPLED_CHANGE: u128 = 1;

/// A span of a trace; displayed and parsed as the header `traceparent` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanContext {
    /// All spans of one trace have it; never 0.
    pub trace: u128,
    /// The span's own; never 0.
    pub span: u64,
    /// Bit 0: the trace is recorded.
    pub flags: u8,
}

/// The text is no `traceparent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no traceparent: 00-<32 hexadecimal digits>-<16>-<2>")]
pub struct NoTraceparent;

impl SpanContext {
    /// Of a trace that is recorded, or not.
    pub fn new(trace: u128, span: u64, sampled: bool) -> Self {
        let flags = if sampled { SAMPLED } else { 0 };
        Self { trace, span, flags }
    }

    /// The append that stored a row.
    pub fn of_append(header: &Header) -> Self {
        Self::of_change(header, lower_half(header.change_id.0))
    }

    /// The publication of a row; its parent is the append.
    pub fn of_publication(header: &Header) -> Self {
        Self::of_change(header, lower_half(header.event_id.0))
    }

    fn of_change(header: &Header, span: u64) -> Self {
        let sampled = header.change_id.0.as_u128() & SAMPLED_CHANGE != 0;
        Self::new(header.correlation_id.0.as_u128(), span, sampled)
    }

    /// Whether the trace is recorded.
    pub fn is_sampled(self) -> bool {
        self.flags & SAMPLED != 0
    }
}

/// A new id as that of a change whose trace is recorded, or not.
pub fn change_id(id: Uuid, sampled: bool) -> ChangeId {
    let cleared = id.as_u128() & !SAMPLED_CHANGE;
    ChangeId(Uuid::from_u128(cleared | u128::from(sampled)))
}

/// The lower half of an id of version 7: random, and never 0, as the mark of its variant is there.
pub fn lower_half(id: Uuid) -> u64 {
    id.as_u64_pair().1
}

impl fmt::Display for SpanContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { trace, span, flags } = self;
        write!(f, "00-{trace:032x}-{span:016x}-{flags:02x}")
    }
}

impl FromStr for SpanContext {
    type Err = NoTraceparent;

    /// Versions to come may have more behind what is known.
    fn from_str(text: &str) -> Result<Self, NoTraceparent> {
        let hex = |part: &str| {
            let lower = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            part.bytes().all(lower)
        };
        let mut parts = text.split('-');
        let mut next = |length: usize| {
            let part = parts
                .next()
                .filter(|part| part.len() == length && hex(part));
            part.ok_or(NoTraceparent)
        };
        let (version, trace, span, flags) = (next(2)?, next(32)?, next(16)?, next(2)?);
        if version == "ff" || (version == "00" && parts.next().is_some()) {
            return Err(NoTraceparent);
        }
        let parsed = Self {
            trace: u128::from_str_radix(trace, 16).map_err(|_| NoTraceparent)?,
            span: u64::from_str_radix(span, 16).map_err(|_| NoTraceparent)?,
            flags: u8::from_str_radix(flags, 16).map_err(|_| NoTraceparent)?,
        };
        let named = parsed.trace != 0 && parsed.span != 0;
        named.then_some(parsed).ok_or(NoTraceparent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_traceparent_is_read_and_written() {
        let parsed: SpanContext = PARENT.parse().unwrap();
        assert_eq!(parsed.to_string(), PARENT);
        assert!(parsed.is_sampled());
        let later = format!("{}-more", PARENT.replacen("00", "cc", 1));
        assert_eq!(later.parse(), Ok(parsed));
    }

    #[test]
    fn what_is_no_traceparent_is_refused() {
        for wrong in [
            "",
            "00",
            &PARENT.to_uppercase(),
            &PARENT[..54],
            &format!("{PARENT}-more"),
            &PARENT.replacen("00", "ff", 1),
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        ] {
            assert_eq!(wrong.parse::<SpanContext>(), Err(NoTraceparent), "{wrong}");
        }
    }

    #[test]
    fn a_change_says_whether_its_trace_is_recorded() {
        let id = Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_abcd);
        assert_eq!(change_id(id, true).0.as_u128() & 1, 1);
        assert_eq!(change_id(id, false).0.as_u128() & 1, 0);
        assert_eq!(change_id(id, false).0.as_u128() | 1, id.as_u128());
    }
}
