//! What browsers, and others, are answered.

use std::io::Write as _;

use super::*;

fn packed(text: &str) -> Cow<'static, [u8]> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(text.as_bytes()).expect("memory");
    packer.finish().expect("memory").into()
}

fn find(name: &str) -> Option<Content> {
    let bytes = match name {
        "csp.json" => {
            br#"{"/index.html": ["sha256-abc=", "'unsafe-inline'"], "/inbox.html": ["sha256-def="]}"#[..].into()
        }
        "index.html.gz" => packed("<h1>home</h1>"),
        "inbox.html.gz" => packed("<h1>inbox</h1>"),
        "404.html.gz" => packed("<h1>nothing</h1>"),
        "_next/static/a1.js.gz" => packed("go()"),
        "icon.png" => b"png"[..].into(),
        ".gitignore" => b"*"[..].into(),
        _ => return None,
    };
    Some((bytes, [name.len().try_into().expect("short"); 32]))
}

fn get(path: &str, headers: &[(HeaderName, &str)]) -> Option<Response<Bytes>> {
    let pairs = headers
        .iter()
        .map(|(name, value)| (name.clone(), HeaderValue::from_str(value).expect("header")));
    Web::of(find).answer(path, &pairs.collect())
}

fn header<'r>(response: &'r Response<Bytes>, name: &HeaderName) -> &'r str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().expect("text"))
}

#[test]
fn pages_have_names_without_endings() {
    for (path, text) in [("/", "home"), ("/inbox", "inbox"), ("/inbox.html", "inbox")] {
        let page = get(path, &[]).expect(path);
        assert_eq!(page.status(), 200, "{path}");
        assert_eq!(page.body(), format!("<h1>{text}</h1>").as_bytes(), "{path}");
        assert_eq!(header(&page, &CONTENT_TYPE), "text/html; charset=utf-8");
        assert_eq!(header(&page, &CACHE_CONTROL), "no-cache");
        assert_eq!(header(&page, &CONTENT_ENCODING), "");
    }
}

#[test]
fn who_takes_it_packed_gets_it_so() {
    let wants = (ACCEPT_ENCODING, "br, gzip;q=0.8");
    let script = get("/_next/static/a1.js", &[wants]).expect("script");
    assert_eq!(header(&script, &CONTENT_ENCODING), "gzip");
    assert_eq!(
        header(&script, &CONTENT_TYPE),
        "text/javascript; charset=utf-8"
    );
    assert!(header(&script, &CACHE_CONTROL).ends_with("immutable"));
    assert_eq!(script.body()[..2], [0x1f, 0x8b]);
    let refuses = (ACCEPT_ENCODING, "gzip;q=0");
    let script = get("/_next/static/a1.js", &[refuses]).expect("script");
    assert_eq!(script.body(), "go()".as_bytes());
    assert_eq!(header(&script, &VARY), "accept-encoding");
    let image = get("/icon.png", &[(ACCEPT_ENCODING, "gzip")]).expect("image");
    assert_eq!(header(&image, &CONTENT_ENCODING), "");
    assert_eq!(header(&image, &CONTENT_TYPE), "image/png");
}

#[test]
fn what_a_browser_has_is_not_sent_again() {
    let first = get("/inbox", &[]).expect("page");
    let tag = header(&first, &ETAG).to_owned();
    let again = get("/inbox", &[(IF_NONE_MATCH, &tag)]).expect("page");
    assert_eq!((again.status().as_u16(), again.body().len()), (304, 0));
    assert_eq!(header(&again, &ETAG), tag);
    assert!(header(&again, &CONTENT_SECURITY_POLICY).starts_with("default-src 'none'"));
    let other = get("/inbox", &[(IF_NONE_MATCH, "W/\"other\"")]).expect("page");
    assert_eq!(other.status(), 200);
}

#[test]
fn only_the_scripts_of_a_page_run_on_it() {
    let home = get("/", &[]).expect("page");
    let policy = header(&home, &CONTENT_SECURITY_POLICY);
    assert!(
        policy.contains("script-src 'self' 'sha256-abc=';"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    let inbox = get("/inbox", &[]).expect("page");
    let policy = header(&inbox, &CONTENT_SECURITY_POLICY);
    assert!(
        policy.contains("script-src 'self' 'sha256-def=';"),
        "{policy}"
    );
    let icon = get("/icon.png", &[]).expect("image");
    let policy = header(&icon, &CONTENT_SECURITY_POLICY);
    assert!(policy.contains("script-src 'self';"), "{policy}");
}

#[test]
fn what_is_not_there_is_a_page_for_people_only() {
    let page = get("/nonsense", &[(ACCEPT, "text/html,*/*;q=0.8")]).expect("page");
    assert_eq!(page.status(), 404);
    assert_eq!(page.body(), "<h1>nothing</h1>".as_bytes());
    for hidden in [
        "/nonsense",
        "/.gitignore",
        "/csp.json",
        "/../csp.json",
        "/inbox.html.gz",
    ] {
        assert!(get(hidden, &[]).is_none(), "{hidden}");
    }
}

#[test]
fn a_binary_without_the_app_says_so() {
    let web = Web::of(|_| None);
    let page = web.answer("/", &HeaderMap::new()).expect("page");
    assert!(String::from_utf8_lossy(page.body()).contains("/api/v1/docs"));
    assert!(web.answer("/inbox", &HeaderMap::new()).is_none());
}
