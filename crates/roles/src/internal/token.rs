//! The signed identity of a message: a JWT (RFC 7519), `EdDSA`, good for seconds and for one body.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use taskfold_contracts::time::Timestamp;

use super::keys::{Signer, Verifier};
use crate::principal::Principal;

/// How long a token is good.
const LIFETIME_MILLIS: i64 = 30_000;
/// By how much the clocks of two machines may differ.
const SKEW_MILLIS: i64 = 10_000;
const ISSUER: &str = "taskfold-gateway";

/// What a token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    /// The path that it is for, which names the role.
    aud: String,
    /// Who asks.
    principal: Principal,
    /// Milliseconds since 1970: a token lives for seconds, so whole ones would be too coarse.
    iat_ms: i64,
    exp_ms: i64,
    /// SHA-256 of the body.
    body: String,
}

/// A message whose signature was checked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Signed {
    /// Who asks, as the gateway says.
    pub(crate) principal: Principal,
}

/// A token that is good, for the body that it names.
pub(super) struct Opened(Claims);

impl Opened {
    /// Whether this is the body.
    pub(super) fn signs(self, body: &[u8]) -> Result<Signed, Refusal> {
        if self.0.body != digest(body) {
            return Err(Refusal::Other);
        }
        Ok(Signed {
            principal: self.0.principal,
        })
    }
}

/// Why a token is not taken. Goes to the log; the caller is told no more than that it is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("it is signed with a key that is not known here: {0}")]
    Key(String),
    #[error("it is malformed or its signature is wrong")]
    Signature,
    #[error("its time is over, or has not come")]
    Time,
    #[error("it is for another role or another body")]
    Other,
}

/// The token for a message.
pub(super) fn sign(
    signer: &Signer,
    audience: &str,
    principal: Principal,
    body: &[u8],
    now: Timestamp,
) -> Result<String, jsonwebtoken::errors::Error> {
    let key = signer.current();
    let header = Header {
        kid: Some(key.name.clone()),
        ..Header::new(Algorithm::EdDSA)
    };
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: audience.to_owned(),
        principal,
        iat_ms: now.as_millis(),
        exp_ms: now.as_millis().saturating_add(LIFETIME_MILLIS),
        body: digest(body),
    };
    encode(&header, &claims, &key.key)
}

/// Whether this token is for this role, now.
pub(super) fn open(
    verifier: &Verifier,
    token: &str,
    audience: &str,
    now: Timestamp,
) -> Result<Opened, Refusal> {
    let header = decode_header(token).map_err(|_| Refusal::Signature)?;
    let name = header.kid.ok_or(Refusal::Signature)?;
    let key = verifier.key(&name).ok_or(Refusal::Key(name))?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[audience]);
    // Time is checked below, by our own clock.
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    let claims = decode::<Claims>(token, &key, &validation).map_err(|error| {
        if matches!(error.kind(), ErrorKind::InvalidAudience) {
            Refusal::Other
        } else {
            Refusal::Signature
        }
    })?;
    let claims = claims.claims;
    let now = now.as_millis();
    if now >= claims.exp_ms.saturating_add(SKEW_MILLIS)
        || claims.iat_ms > now.saturating_add(SKEW_MILLIS)
    {
        return Err(Refusal::Time);
    }
    Ok(Opened(claims))
}

fn digest(body: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(body))
}

#[cfg(test)]
mod tests {
    use taskfold_contracts::ids::UserId;

    use super::super::keys::generate;
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_millis(1_700_000_000_000)
    }

    fn somebody() -> Principal {
        Principal {
            user_id: UserId(uuid::Uuid::from_u128(7)),
            agent: false,
        }
    }

    fn check(
        verifier: &Verifier,
        token: &str,
        audience: &str,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Principal, Refusal> {
        let signed = open(verifier, token, audience, now)?.signs(body)?;
        Ok(signed.principal)
    }

    fn after(millis: i64) -> Timestamp {
        Timestamp::from_millis(now().as_millis() + millis)
    }

    #[test]
    fn a_token_is_good_for_its_body_its_role_and_its_time() {
        let dir = tempfile::tempdir().unwrap();
        generate(dir.path(), "a").unwrap();
        let (signer, verifier) = (
            Signer::open(dir.path()).unwrap(),
            Verifier::open(dir.path()).unwrap(),
        );
        let token = sign(&signer, "/commands", somebody(), b"body", now()).unwrap();
        let check =
            |token: &str, audience, body: &[u8], now| check(&verifier, token, audience, body, now);
        assert_eq!(check(&token, "/commands", b"body", now()), Ok(somebody()));
        assert_eq!(
            check(&token, "/commands", b"body", after(39_999)),
            Ok(somebody())
        );
        assert_eq!(
            check(&token, "/commands", b"body", after(40_000)),
            Err(Refusal::Time)
        );
        assert_eq!(
            check(&token, "/commands", b"body", after(-10_001)),
            Err(Refusal::Time)
        );
        assert_eq!(
            check(&token, "/commands", b"other", now()),
            Err(Refusal::Other)
        );
        assert_eq!(check(&token, "/reads", b"body", now()), Err(Refusal::Other));
        let mut forged = token.clone();
        forged.truncate(token.len() - 4);
        forged.push_str("AAAA");
        assert_eq!(
            check(&forged, "/commands", b"body", now()),
            Err(Refusal::Signature)
        );
        assert_eq!(
            check("", "/commands", b"body", now()),
            Err(Refusal::Signature)
        );
    }

    #[test]
    fn keys_change_without_a_pause() {
        let (gateway, role) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let give = |name: &str| {
            let file = format!("{name}.pub");
            std::fs::copy(gateway.path().join(&file), role.path().join(&file)).unwrap();
        };
        generate(gateway.path(), "2026-01").unwrap();
        give("2026-01");
        let (signer, verifier) = (
            Signer::open(gateway.path()).unwrap(),
            Verifier::open(role.path()).unwrap(),
        );
        let old = sign(&signer, "/reads", somebody(), b"", now()).unwrap();
        generate(gateway.path(), "2026-02").unwrap();
        signer.reload().unwrap();
        let new = sign(&signer, "/reads", somebody(), b"", now()).unwrap();
        let refused = check(&verifier, &new, "/reads", b"", now());
        assert_eq!(refused, Err(Refusal::Key("2026-02".to_owned())));
        give("2026-02");
        verifier.reload().unwrap();
        for token in [&old, &new] {
            assert!(check(&verifier, token, "/reads", b"", now()).is_ok());
        }
        std::fs::remove_file(role.path().join("2026-01.pub")).unwrap();
        verifier.reload().unwrap();
        assert!(check(&verifier, &old, "/reads", b"", now()).is_err());
    }

    #[test]
    fn a_key_is_never_overwritten_and_only_its_owner_reads_it() {
        let dir = tempfile::tempdir().unwrap();
        generate(dir.path(), "a").unwrap();
        assert!(generate(dir.path(), "a").is_err());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(dir.path().join("a.key"))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
