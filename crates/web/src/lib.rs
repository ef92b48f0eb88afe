//! The web app as files in the binary, and how they are answered: packed, kept by browsers for as long as their names
//! allow, each page with a policy that lets its own scripts run and no others.

mod policy;

use std::borrow::Cow;
use std::io::Read as _;

use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use rust_embed::Embed;

use policy::Policies;

/// What `just web` has built: texts packed (`name.gz` alone), and `csp.json`, the hashes of each page's scripts.
#[derive(Embed)]
#[folder = "files"]
struct Files;

/// Files under this have their hash in the name.
const IMMUTABLE: &str = "_next/static/";
const INDEX: &str = "index.html";
const MISSING: &str = "404.html";
/// What the app is when the binary was built without it.
const ABSENT: &str = "<!doctype html><html lang=\"en\"><title>Taskfold</title>\
    <p>This binary was built without the web app. The API is at <a href=\"/api/v1/docs\">/api/v1/docs</a>.";

/// Content of a file, with the hash that names it.
type Content = (Cow<'static, [u8]>, [u8; 32]);
/// Finds the file of exactly this name.
type Find = fn(&str) -> Option<Content>;

/// The web app of this binary.
#[derive(Debug, Clone)]
pub struct Web {
    find: Find,
    policies: Policies,
}

impl Default for Web {
    fn default() -> Self {
        Self::of(|name| {
            let file = Files::get(name)?;
            Some((file.data, file.metadata.sha256_hash()))
        })
    }
}

impl Web {
    fn of(find: Find) -> Self {
        let hashes = find("csp.json").map(|(content, _)| content);
        Self {
            find,
            policies: Policies::of(hashes.as_deref()),
        }
    }

    /// The answer to a GET of `path`. Where there is no such file, a browser that wants a page gets one that says so;
    /// none for everybody else.
    pub fn answer(&self, path: &str, headers: &HeaderMap) -> Option<Response<Bytes>> {
        let path = path.strip_prefix('/').unwrap_or(path);
        if let Some((name, file)) = self.file(path) {
            return Some(self.found(StatusCode::OK, &name, file, headers));
        }
        if path.is_empty() {
            return Some(self.absent());
        }
        if !wants_page(headers) {
            return None;
        }
        let (name, file) = self.file(MISSING)?;
        Some(self.found(StatusCode::NOT_FOUND, &name, file, headers))
    }

    /// The file that a path names: itself, or the page of that name.
    fn file(&self, path: &str) -> Option<(String, File)> {
        let hidden = path.split('/').any(|part| part.starts_with('.'));
        // Packed files go by the name of what is in them.
        if hidden || path == "csp.json" || path.strip_suffix(".gz").is_some() {
            return None;
        }
        let named = |name: &str| {
            let packed = (self.find)(&format!("{name}.gz"));
            let plain = || (self.find)(name).map(|content| File::new(content, false));
            packed
                .map(|content| File::new(content, true))
                .or_else(plain)
        };
        let names = match path {
            "" => [INDEX.to_owned(), INDEX.to_owned()],
            _ => [path.to_owned(), format!("{path}.html")],
        };
        names.into_iter().find_map(|name| {
            let file = named(&name)?;
            Some((name, file))
        })
    }

    fn found(
        &self,
        status: StatusCode,
        name: &str,
        file: File,
        headers: &HeaderMap,
    ) -> Response<Bytes> {
        let lasting = if name.starts_with(IMMUTABLE) {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        let mut response = Response::new(Bytes::new());
        let dress = response.headers_mut();
        let mut put = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                dress.insert(name, value);
            }
        };
        put(CACHE_CONTROL, lasting);
        put(ETAG, &file.tag);
        put(VARY, ACCEPT_ENCODING.as_str());
        put(CONTENT_SECURITY_POLICY, self.policies.page(name));
        if status == StatusCode::OK && has(headers, &IF_NONE_MATCH, &file.tag) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        put(CONTENT_TYPE, &type_of(name));
        let as_it_is = file.packed && has(headers, &ACCEPT_ENCODING, "gzip");
        if as_it_is {
            put(CONTENT_ENCODING, "gzip");
        }
        *response.status_mut() = status;
        match file.content(as_it_is) {
            Ok(content) => *response.body_mut() = content,
            Err(_) => *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR,
        }
        response
    }

    fn absent(&self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from_static(ABSENT.as_bytes()));
        let headers = response.headers_mut();
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        headers.insert(CONTENT_TYPE, html);
        if let Ok(policy) = HeaderValue::from_str(self.policies.page(INDEX)) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

/// A file as it is kept.
struct File {
    bytes: Cow<'static, [u8]>,
    tag: String,
    packed: bool,
}

impl File {
    fn new((bytes, hash): Content, packed: bool) -> Self {
        let half: [u8; 16] = std::array::from_fn(|at| hash[at]);
        Self {
            bytes,
            // Weak: it stands for the packed and the plain form.
            tag: format!("W/\"{:032x}\"", u128::from_be_bytes(half)),
            packed,
        }
    }

    fn content(self, as_it_is: bool) -> std::io::Result<Bytes> {
        if self.packed && !as_it_is {
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(&*self.bytes).read_to_end(&mut plain)?;
            return Ok(plain.into());
        }
        Ok(match self.bytes {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => bytes.into(),
        })
    }
}

fn type_of(name: &str) -> String {
    let kind = mime_guess::from_path(name).first_or_octet_stream();
    let text = kind.type_() == "text" || kind.subtype() == "javascript" || kind.subtype() == "json";
    if text {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    }
}

fn wants_page(headers: &HeaderMap) -> bool {
    has(headers, &ACCEPT, "text/html")
}

/// Whether a list in a header has this item, whatever its parameters; one that is refused (`q=0`) is not in it.
fn has(headers: &HeaderMap, name: &HeaderName, item: &str) -> bool {
    let values = headers.get_all(name).into_iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).any(|listed| {
        let mut parts = listed.split(';').map(str::trim);
        let named = parts.next() == Some(item);
        named && !parts.any(|part| part.replace(' ', "") == "q=0")
    })
}

#[cfg(test)]
mod tests;
