//! The web app, embedded: hashed files for ever, everything else asked for again, and a policy that lets no other script in.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use data_encoding::HEXLOWER;
use rust_embed::RustEmbed;

/// What a page may do: load the app's own files, run them and WebAssembly, talk to this relay. Codes are drawn, not loaded.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The camera is for scanning a contact's code.
const PERMISSIONS: &str = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()";
/// Files whose name changes with their content.
const HASHED: &str = "assets/";
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";
const PAGE: &str = "index.html";
/// What the name of a file's compressed form ends with.
const COMPRESSED: &str = ".br";

/// What `cargo xtask build` has put together. Without it the relay serves no app, and says so.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../web-app/dist"]
#[allow_missing = true]
struct Embedded;

/// A file of the app.
struct File {
    bytes: Cow<'static, [u8]>,
    /// Of its bytes, before they were compressed.
    hash: [u8; 32],
}

/// The app's answer to a request that is no route's; none where the app has nothing to say to it.
pub(crate) fn answer(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    let embedded = |path: &str| {
        Embedded::get(path).map(|file| File { hash: file.metadata.sha256_hash(), bytes: file.data })
    };
    answer_from(embedded, method, uri, headers)
}

fn answer_from(
    files: impl Fn(&str) -> Option<File>,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Option<Response> {
    if method != Method::GET && method != Method::HEAD {
        return None;
    }
    let path = uri.path().trim_start_matches('/');
    // Compressed files are another form of what they are made from, not files of their own.
    match files(path).filter(|_| !path.is_empty() && !path.ends_with(COMPRESSED)) {
        Some(file) => Some(serve(&files, path, file, headers)),
        None if is_for_a_person(path, headers) => Some(page(&files, headers)),
        None => None,
    }
}

/// Whether a browser asks for a place in the app. The root is the app whoever asks: its service worker takes anything.
fn is_for_a_person(path: &str, headers: &HeaderMap) -> bool {
    if path.is_empty() {
        return true;
    }
    let wants_page = headers.get(ACCEPT).is_some_and(|accept| contains(accept, "text/html"));
    wants_page && !path.starts_with("v1/") && !path.starts_with(HASHED)
}

fn page(files: &impl Fn(&str) -> Option<File>, headers: &HeaderMap) -> Response {
    match files(PAGE) {
        Some(file) => serve(files, PAGE, file, headers),
        None => {
            let text = "This relay was built without the web app. `cargo xtask run` builds both.\n";
            (StatusCode::NOT_FOUND, text).into_response()
        }
    }
}

fn serve(files: &impl Fn(&str) -> Option<File>, path: &str, file: File, headers: &HeaderMap) -> Response {
    let compressed = takes_brotli(headers).then(|| files(&format!("{path}{COMPRESSED}"))).flatten();
    let is_compressed = compressed.is_some();
    // Each form has a tag of its own: they are different bytes.
    let form = if is_compressed { "-br" } else { "" };
    let tag = format!("\"{}{form}\"", HEXLOWER.encode(&file.hash[..16]));
    let is_known = headers.get(IF_NONE_MATCH).is_some_and(|known| contains(known, &tag));
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Response::new(Body::from(compressed.unwrap_or(file).bytes.into_owned()))
    };
    let cache = if path.starts_with(HASHED) { FOR_EVER } else { ASK_AGAIN };
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(CONTENT_TYPE, content_type(path));
    set(ETAG, &tag);
    set(CACHE_CONTROL, cache);
    set(VARY, "accept-encoding");
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(REFERRER_POLICY, "no-referrer");
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if is_compressed && !is_known {
        set(CONTENT_ENCODING, "br");
    }
    response
}

/// Whether whoever asks understands brotli, and has not said that it may not be used.
fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        name.trim() == "br" && weight.is_none_or(|weight| weight > 0.0)
    })
}

fn contains(header: &HeaderValue, word: &str) -> bool {
    header.to_str().is_ok_and(|value| value.contains(word))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
#[path = "site_tests.rs"]
mod tests;
