//! Fractional index: keys between any two keys, ordered as bytes.
//!
//! A key is a head, an integer and maybe a fraction, in base-62 digits. The head says how many digits the
//! integer has (`a` one … `z` twenty-six; `Z` one … `A` twenty-six for what comes before), so adding at
//! either end counts up or down and keys grow with the logarithm of their number. Between two neighbours
//! the fraction is halved. No key ends in the smallest digit: there is always room before it.
//! After David Greenspan, "Implementing Fractional Indexing" (2020), with that last rule kept for integers
//! too.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A key after `low` and before `high`; none is the open end. `high` is ignored when it is not after `low`.
pub fn between(low: Option<&str>, high: Option<&str>) -> String {
    let high = match (low, high) {
        (Some(low), Some(high)) if low >= high => None,
        (_, high) => high,
    };
    let counted = match (low, high) {
        (None, None) => Some("a1".to_owned()),
        (Some(low), high) => after(low).filter(|key| high.is_none_or(|high| key.as_str() < high)),
        (None, Some(high)) => before(high),
    };
    counted.unwrap_or_else(|| {
        let low = low.unwrap_or_default().as_bytes();
        let key = midpoint(low, high.map(str::as_bytes));
        key.into_iter().map(char::from).collect()
    })
}

/// Longest key that is taken from elsewhere.
const MAX_FOREIGN: usize = 256;

/// Whether a key from elsewhere can stand among ours: base-62 digits, not ending in the smallest.
pub fn is_rank(key: &str) -> bool {
    let digits = key.bytes().all(|byte| byte.is_ascii_alphanumeric());
    digits && (1..=MAX_FOREIGN).contains(&key.len()) && !key.ends_with('0')
}

/// The head and the integer digits of a key that this module made.
fn integer(key: &str) -> Option<(u8, &[u8])> {
    let (head, rest) = key.as_bytes().split_first()?;
    let length = match head {
        b'a'..=b'z' => usize::from(head - b'a') + 1,
        b'A'..=b'Z' => usize::from(b'Z' - head) + 1,
        _ => return None,
    };
    let digits = rest.get(..length)?;
    digits
        .iter()
        .all(u8::is_ascii_alphanumeric)
        .then_some((*head, digits))
}

/// The next integer key; none when the last one is reached.
fn after(key: &str) -> Option<String> {
    let (head, digits) = integer(key)?;
    let mut digits: Vec<usize> = digits.iter().copied().map(value).collect();
    if !count_up(&mut digits) {
        let (next, length) = match head {
            b'z' => return None,
            b'Z' => (b'a', 1),
            b'a'..=b'y' => (head + 1, digits.len() + 1),
            _ => (head + 1, digits.len() - 1),
        };
        return Some(written(next, &smallest(length)));
    }
    Some(written(head, &digits))
}

/// The previous integer key; none when the first one is reached.
fn before(key: &str) -> Option<String> {
    let (head, digits) = integer(key)?;
    let mut digits: Vec<usize> = digits.iter().copied().map(value).collect();
    if !count_down(&mut digits) {
        let (next, length) = match head {
            b'A' => return None,
            b'a' => (b'Z', 1),
            b'B'..=b'Z' => (head - 1, digits.len() + 1),
            _ => (head - 1, digits.len() - 1),
        };
        return Some(written(next, &vec![61; length]));
    }
    Some(written(head, &digits))
}

/// Adds one, passing over numbers that end in 0; false when all digits were the largest.
fn count_up(digits: &mut [usize]) -> bool {
    let last = digits.len() - 1;
    for index in (0..digits.len()).rev() {
        if digits[index] < 61 {
            digits[index] += 1;
            return true;
        }
        digits[index] = usize::from(index == last);
    }
    false
}

/// Takes one away, passing over numbers that end in 0; false at the smallest.
fn count_down(digits: &mut [usize]) -> bool {
    let last = digits.len() - 1;
    for index in (0..digits.len()).rev() {
        let least = usize::from(index == last);
        if digits[index] > least {
            digits[index] -= 1;
            return true;
        }
        digits[index] = 61;
    }
    false
}

fn smallest(length: usize) -> Vec<usize> {
    let mut digits = vec![0; length];
    if let Some(last) = digits.last_mut() {
        *last = 1;
    }
    digits
}

fn written(head: u8, digits: &[usize]) -> String {
    let digits = digits.iter().map(|digit| char::from(DIGITS[*digit]));
    std::iter::once(char::from(head)).chain(digits).collect()
}

/// The value of a digit; a byte that is none counts as its nearest one, so that nothing panics.
fn value(digit: u8) -> usize {
    match DIGITS.binary_search(&digit) {
        Ok(value) => value,
        Err(place) => place.min(61),
    }
}

/// Digits strictly between two fractions; `low` is padded with zeros.
fn midpoint(low: &[u8], high: Option<&[u8]>) -> Vec<u8> {
    let mut key = Vec::new();
    let (mut low, mut high) = (low, high);
    loop {
        if let Some(limit) = high {
            let digit_at = |index| low.get(index).copied().unwrap_or(DIGITS[0]);
            let same = limit
                .iter()
                .enumerate()
                .take_while(|(i, byte)| digit_at(*i) == **byte)
                .count();
            key.extend_from_slice(&limit[..same]);
            low = low.get(same..).unwrap_or_default();
            high = Some(&limit[same..]);
        }
        let least = low.first().copied().map_or(0, value);
        let most = high
            .and_then(|high| high.first())
            .copied()
            .map_or(62, value);
        if most > least + 1 {
            key.push(DIGITS[usize::midpoint(least, most + 1)]);
            return key;
        }
        if let Some(limit) = high.filter(|high| high.len() > 1) {
            key.push(limit[0]);
            return key;
        }
        key.push(DIGITS[least]);
        low = low.get(1..).unwrap_or_default();
        high = None;
    }
}
