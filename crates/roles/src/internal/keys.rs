//! Ed25519 keys in a directory: `<name>.key` signs, `<name>.pub` verifies. To change keys without a pause,
//! give the new `.pub` to all processes, then the new `.key` to the gateways, then take the old ones away.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{DecodingKey, EncodingKey};

/// What stands before the 32 bytes of a public Ed25519 key (RFC 8410).
const SPKI_PREFIX: [u8; 12] = [48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0];

/// Why keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The directory or a file in it cannot be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: String,
    },
    /// There is none of the kind that is needed.
    #[error("{} has no *.{kind} file: make one with taskfold keys new", directory.display())]
    None {
        /// Where it was looked for.
        directory: PathBuf,
        /// `key` or `pub`.
        kind: &'static str,
    },
    /// The system gives no randomness.
    #[error("no key can be made")]
    Randomness,
}

/// Makes a pair of keys, `<name>.key` and `<name>.pub`, which must not exist.
pub fn generate(directory: &Path, name: &str) -> Result<(), KeyError> {
    let pair = Ed25519KeyPair::generate().map_err(|_| KeyError::Randomness)?;
    let private = pair.to_pkcs8v1().map_err(|_| KeyError::Randomness)?;
    let mut public = SPKI_PREFIX.to_vec();
    public.extend_from_slice(pair.public_key().as_ref());
    write(&directory.join(format!("{name}.pub")), "PUBLIC", &public)?;
    write(
        &directory.join(format!("{name}.key")),
        "PRIVATE",
        private.as_ref(),
    )
}

fn write(path: &Path, kind: &str, der: &[u8]) -> Result<(), KeyError> {
    use std::io::Write as _;
    let encoded = STANDARD.encode(der);
    let text = format!("-----BEGIN {kind} KEY-----\n{encoded}\n-----END {kind} KEY-----\n");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if kind == "PRIVATE" {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| file_error(path, &error))
}

fn file_error(path: &Path, error: &dyn std::fmt::Display) -> KeyError {
    KeyError::File {
        path: path.to_owned(),
        error: error.to_string(),
    }
}

/// The key files of a kind, by name.
fn files(directory: &Path, kind: &'static str) -> Result<BTreeMap<String, Vec<u8>>, KeyError> {
    let entries = std::fs::read_dir(directory).map_err(|error| file_error(directory, &error))?;
    let mut found = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(|error| file_error(directory, &error))?.path();
        let name = path.file_stem().and_then(|stem| stem.to_str());
        if let (Some(name), true) = (name, path.extension().is_some_and(|found| found == kind)) {
            let pem = std::fs::read(&path).map_err(|error| file_error(&path, &error))?;
            found.insert(name.to_owned(), pem);
        }
    }
    if found.is_empty() {
        return Err(KeyError::None {
            directory: directory.to_owned(),
            kind,
        });
    }
    Ok(found)
}

/// Signs with the private key whose name comes last. Cheap to clone.
#[derive(Clone)]
pub struct Signer {
    directory: Arc<Path>,
    current: Arc<RwLock<Arc<SigningKey>>>,
}

pub(super) struct SigningKey {
    pub(super) name: String,
    pub(super) key: EncodingKey,
}

impl Signer {
    /// With the keys of a directory.
    pub fn open(directory: &Path) -> Result<Self, KeyError> {
        Ok(Self {
            directory: directory.into(),
            current: Arc::new(RwLock::new(Arc::new(Self::last(directory)?))),
        })
    }

    /// Takes up keys that were changed; after an error the old ones stay.
    pub fn reload(&self) -> Result<(), KeyError> {
        let last = Arc::new(Self::last(&self.directory)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = last;
        Ok(())
    }

    fn last(directory: &Path) -> Result<SigningKey, KeyError> {
        let found = files(directory, "key")?;
        let Some((name, pem)) = found.into_iter().next_back() else {
            return Err(KeyError::None {
                directory: directory.to_owned(),
                kind: "key",
            });
        };
        let path = directory.join(format!("{name}.key"));
        let key = EncodingKey::from_ed_pem(&pem).map_err(|error| file_error(&path, &error))?;
        Ok(SigningKey { name, key })
    }

    pub(super) fn current(&self) -> Arc<SigningKey> {
        let current = self.current.read();
        Arc::clone(&current.unwrap_or_else(PoisonError::into_inner))
    }
}

/// Checks with any public key. Cheap to clone.
#[derive(Clone)]
pub struct Verifier {
    directory: Arc<Path>,
    known: Arc<RwLock<Arc<BTreeMap<String, DecodingKey>>>>,
}

impl Verifier {
    /// With the keys of a directory.
    pub fn open(directory: &Path) -> Result<Self, KeyError> {
        Ok(Self {
            directory: directory.into(),
            known: Arc::new(RwLock::new(Arc::new(Self::all(directory)?))),
        })
    }

    /// Takes up keys that were changed; after an error the old ones stay.
    pub fn reload(&self) -> Result<(), KeyError> {
        let all = Arc::new(Self::all(&self.directory)?);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = all;
        Ok(())
    }

    fn all(directory: &Path) -> Result<BTreeMap<String, DecodingKey>, KeyError> {
        let found = files(directory, "pub")?;
        let decoded = found.into_iter().map(|(name, pem)| {
            let path = directory.join(format!("{name}.pub"));
            let key = DecodingKey::from_ed_pem(&pem).map_err(|error| file_error(&path, &error))?;
            Ok((name, key))
        });
        decoded.collect()
    }

    pub(super) fn key(&self, name: &str) -> Option<DecodingKey> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(name).cloned()
    }
}
