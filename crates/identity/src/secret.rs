//! Secrets: 32 random bytes as text; tokens carry a checksum, so that a mistyped one is refused unseen.

use rand::TryRngCore;
use sha2::{Digest, Sha256};

/// Every API token begins with this.
pub const TOKEN_PREFIX: &str = "tf_";

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 62^43 > 2^256.
const SECRET_DIGITS: usize = 43;
/// 62^6 > 2^32.
const CHECK_DIGITS: usize = 6;

/// 32 bytes from the system's randomness, as 43 base-62 digits.
///
/// # Errors
/// When the system has no randomness.
pub fn random() -> Result<String, rand::rand_core::OsError> {
    let mut bytes = [0_u8; 32];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes)?;
    Ok(base62(&mut bytes, SECRET_DIGITS))
}

/// A secret made of 32 bytes that nobody can guess: the same each time.
pub fn derived(mut seed: [u8; 32]) -> String {
    base62(&mut seed, SECRET_DIGITS)
}

/// SHA-256 of a secret: what is stored of it.
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// A new token: prefix, secret, checksum.
pub(crate) fn new_token() -> Result<String, rand::rand_core::OsError> {
    random().map(|body| token_of(&body))
}

/// The token of a secret.
pub(crate) fn token_of(body: &str) -> String {
    let check = checksum(body);
    format!("{TOKEN_PREFIX}{body}{check}")
}

/// Whether a text has the form of a token and its checksum holds. Says nothing about its validity.
pub fn token_is_well_formed(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(TOKEN_PREFIX) else {
        return false;
    };
    rest.len() == SECRET_DIGITS + CHECK_DIGITS
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && rest
            .split_at_checked(SECRET_DIGITS)
            .is_some_and(|(body, check)| checksum(body) == check)
}

fn checksum(body: &str) -> String {
    base62(&mut crc32(body.as_bytes()).to_be_bytes(), CHECK_DIGITS)
}

/// A big-endian number in base 62, most significant digit first. The number is used up.
fn base62(number: &mut [u8], digits: usize) -> String {
    let mut text = vec![b'0'; digits];
    for digit in text.iter_mut().rev() {
        let mut remainder = 0_u32;
        for byte in number.iter_mut() {
            let value = remainder << 8 | u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or_default();
            remainder = value % 62;
        }
        *digit = DIGITS[remainder as usize];
    }
    String::from_utf8(text).unwrap_or_default()
}

/// CRC-32 of ISO 3309 (as in zlib), bit by bit: 43 bytes need no table.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            if sum & 1 == 1 {
                sum >> 1 ^ 0xedb8_8320
            } else {
                sum >> 1
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_crc32() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn a_mistyped_token_is_refused() {
        let token = new_token().unwrap();
        assert!(token_is_well_formed(&token));
        for at in TOKEN_PREFIX.len()..token.len() {
            let mut wrong = token.clone().into_bytes();
            wrong[at] = if wrong[at] == b'a' { b'b' } else { b'a' };
            assert!(
                !token_is_well_formed(&String::from_utf8(wrong).unwrap()),
                "digit {at}"
            );
        }
        assert!(!token_is_well_formed(&token[..token.len() - 1]));
        assert!(!token_is_well_formed("tf_ü"));
    }

    #[test]
    fn secrets_differ_and_are_long() {
        let (one, two) = (random().unwrap(), random().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.len(), SECRET_DIGITS);
    }
}
