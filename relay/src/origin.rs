//! Origins of web pages, as operators name them.

use axum::http::Uri;

/// Whether it is an origin as browsers send it: another never comes.
pub(crate) fn is_origin(text: &str) -> bool {
    let Ok(uri) = text.parse::<Uri>() else { return false };
    let usual_port = match uri.scheme_str() {
        Some("https") => 443,
        Some("http") => 80,
        _ => return false,
    };
    let Some(authority) = uri.authority() else { return false };
    let is_whole = text.strip_suffix(authority.as_str()).is_some_and(|scheme| scheme.ends_with("://"));
    let has_port = authority.port().is_some() || !authority.as_str().ends_with(':');
    is_whole
        && has_port
        && authority.port_u16() != Some(usual_port)
        && !authority.host().is_empty()
        && !text.contains(['@', '*'])
        && !text.contains(|letter: char| letter.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_given_as_browsers_send_it() {
        for right in
            ["https://shop.example.org", "http://localhost:5173", "https://[::1]:8443", "https://1.2.3.4"]
        {
            assert!(is_origin(right), "{right}");
        }
        let wrong = [
            "*",
            "null",
            "",
            "shop.example.org",
            "https://",
            "https://*",
            "https://*.example.org",
            "https://shop.example.org/",
            "https://shop.example.org?a",
            "https://shop.example.org#a",
            "https://Shop.example.org",
            "HTTPS://shop.example.org",
            "https://shop.example.org:443",
            "http://shop.example.org:80",
            "https://shop.example.org:",
            "https://ana@shop.example.org",
            "https://shop.example.org ",
            "https://käse.example.org",
            "chrome-extension://abc",
        ];
        for wrong in wrong {
            assert!(!is_origin(wrong), "{wrong}");
        }
    }
}
