use super::*;

const SCRIPT: &str = "/assets/app-0f/boot.js";

/// A site with one file of each kind; what is compressed says so.
fn site(path: &str) -> Option<File> {
    let bytes: &'static str = match path {
        "index.html" => "the page",
        "index.html.br" => "the page, small",
        "assets/app-0f/boot.js" => "a script",
        "assets/app-0f/boot.js.br" => "a script, small",
        "assets/app-0f/styles.css"
        | "assets/app-0f/web-app_bg.wasm"
        | "sw.js"
        | "manifest.webmanifest"
        | "icon.svg"
        | "icon-192.png" => "something",
        _ => return None,
    };
    Some(File { bytes: Cow::Borrowed(bytes.as_bytes()), hash: [bytes.len().try_into().unwrap(); 32] })
}

fn ask(method: &Method, path: &str, headers: &[(HeaderName, &str)]) -> Option<Response> {
    let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
    answer_from(site, method, &path.parse().unwrap(), &headers)
}

fn get(path: &str, headers: &[(HeaderName, &str)]) -> Response {
    ask(&Method::GET, path, headers).expect("the app answers")
}

fn header(response: &Response, name: HeaderName) -> Option<&str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

async fn body(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 16).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn hashed_files_are_kept_for_ever_and_everything_else_is_asked_for_again() {
    assert_eq!(header(&get(SCRIPT, &[]), CACHE_CONTROL), Some("public, max-age=31536000, immutable"));
    for path in ["/", "/index.html", "/sw.js", "/manifest.webmanifest", "/icon.svg", "/icon-192.png"] {
        assert_eq!(header(&get(path, &[]), CACHE_CONTROL), Some("no-cache"), "{path}");
    }
}

#[test]
fn every_answer_has_the_policy_and_says_what_it_is() {
    let policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
                  connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; \
                  form-action 'none'; frame-ancestors 'none'";
    let types = [
        ("/", "text/html; charset=utf-8"),
        (SCRIPT, "text/javascript; charset=utf-8"),
        ("/sw.js", "text/javascript; charset=utf-8"),
        ("/assets/app-0f/styles.css", "text/css; charset=utf-8"),
        ("/assets/app-0f/web-app_bg.wasm", "application/wasm"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/icon.svg", "image/svg+xml"),
        ("/icon-192.png", "image/png"),
    ];
    for (path, kind) in types {
        let response = get(path, &[]);
        assert_eq!(header(&response, CONTENT_TYPE), Some(kind), "{path}");
        assert_eq!(header(&response, CONTENT_SECURITY_POLICY), Some(policy), "{path}");
        assert_eq!(header(&response, X_CONTENT_TYPE_OPTIONS), Some("nosniff"), "{path}");
        assert_eq!(header(&response, REFERRER_POLICY), Some("no-referrer"), "{path}");
        assert_eq!(header(&response, VARY), Some("accept-encoding"), "{path}");
    }
}

#[tokio::test]
async fn whoever_understands_brotli_gets_it_and_nobody_else() {
    for accepted in ["br", "gzip, deflate, br, zstd", "gzip;q=1.0, br;q=0.5", "gzip , br ; q=0.1"] {
        let response = get(SCRIPT, &[(ACCEPT_ENCODING, accepted)]);
        assert_eq!(header(&response, CONTENT_ENCODING), Some("br"), "{accepted}");
        assert_eq!(header(&response, CONTENT_TYPE), Some("text/javascript; charset=utf-8"));
        assert_eq!(body(response).await, "a script, small", "{accepted}");
    }
    for accepted in ["", "gzip", "gzip, deflate", "br;q=0", "br; q=0.0, gzip", "brotli", "*"] {
        let response = get(SCRIPT, &[(ACCEPT_ENCODING, accepted)]);
        assert_eq!(header(&response, CONTENT_ENCODING), None, "{accepted}");
        assert_eq!(body(response).await, "a script", "{accepted}");
    }
    // Not everything is worth it.
    let picture = get("/icon-192.png", &[(ACCEPT_ENCODING, "br")]);
    assert_eq!(header(&picture, CONTENT_ENCODING), None);
}

#[tokio::test]
async fn who_has_a_file_is_not_sent_it_again() {
    let plain = get(SCRIPT, &[]);
    let small = get(SCRIPT, &[(ACCEPT_ENCODING, "br")]);
    let tags = [header(&plain, ETAG).unwrap().to_owned(), header(&small, ETAG).unwrap().to_owned()];
    assert_ne!(tags[0], tags[1], "each form has a tag of its own");
    let again = get(SCRIPT, &[(ACCEPT_ENCODING, "br"), (IF_NONE_MATCH, &tags[1])]);
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(header(&again, ETAG), Some(tags[1].as_str()));
    assert_eq!(header(&again, CONTENT_ENCODING), None);
    assert_eq!(body(again).await, "");
    let other = get(SCRIPT, &[(ACCEPT_ENCODING, "br"), (IF_NONE_MATCH, &tags[0])]);
    assert_eq!(other.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_unknown_place_is_the_app_and_an_unknown_file_is_nothing() {
    let navigation = [(ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")];
    for path in ["/c/conv_x/details", "/settings/devices", "/nowhere", "/c/photo.png?locale=de"] {
        assert_eq!(body(get(path, &navigation)).await, "the page", "{path}");
        assert!(ask(&Method::GET, path, &[(ACCEPT, "*/*")]).is_none(), "{path} is no file");
    }
    // Its service worker takes anything.
    assert_eq!(body(get("/", &[(ACCEPT, "*/*")])).await, "the page");
    for path in [
        "/assets/app-0f/gone.js",
        "/assets/app-ff/boot.js",
        "/v1/nothing",
        "/assets/",
        "/assets/app-0f/boot.js.br",
    ] {
        assert!(ask(&Method::GET, path, &navigation).is_none(), "{path}");
    }
}

#[test]
fn only_looking_is_answered() {
    assert!(ask(&Method::HEAD, "/", &[]).is_some());
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        assert!(ask(&method, "/", &[]).is_none(), "{method}");
    }
}

#[tokio::test]
async fn a_relay_without_the_app_says_so() {
    let nothing = |_: &str| None;
    let response = answer_from(nothing, &Method::GET, &Uri::from_static("/"), &HeaderMap::new()).unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(body(response).await.contains("without the web app"));
}
