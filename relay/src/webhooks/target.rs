//! Where a message is sent to, as its address says.

use std::net::{IpAddr, SocketAddr};

use axum::http::Uri;

use super::address::is_public;
use crate::config::Config;

/// Characters of an address.
const URL_LENGTH_MAX: usize = 2048;
/// Ports below are other services'; they take what is said to them for their own language.
const FREE_PORT_MIN: u16 = 1024;
const HTTPS_PORT: u16 = 443;
const HTTP_PORT: u16 = 80;

/// How far messages may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// By https to the public network.
    Public,
    /// Anywhere, and to this machine by http too: for tests and development.
    Anywhere,
}

/// Where a message is sent to. It was checked by itself; where its name leads was not looked at yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Whether by https.
    pub(super) is_secure: bool,
    /// A name, or an address without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// What the header `Host` says.
    pub(super) authority: String,
    /// What is asked for there.
    pub(super) path: String,
}

impl Reach {
    /// What is in force.
    pub(crate) const fn of(config: &Config) -> Self {
        if config.webhooks_allow_private { Self::Anywhere } else { Self::Public }
    }
}

impl Target {
    /// Reads an address, or says what is wrong with it.
    pub(crate) fn parse(url: &str, reach: Reach) -> Result<Self, &'static str> {
        if url.len() > URL_LENGTH_MAX {
            return Err("expected at most 2048 characters");
        }
        if url.contains('#') {
            return Err("expected an address without a part behind `#`");
        }
        let uri: Uri =
            url.parse().map_err(|_| "expected an address such as https://shop.example.org/hooks")?;
        let is_secure = match (uri.scheme_str(), reach) {
            (Some("https"), _) => true,
            (Some("http"), Reach::Anywhere) => false,
            _ => return Err("expected an address that begins with https://"),
        };
        let authority = uri.authority().ok_or("expected an address with a host")?;
        if authority.as_str().contains('@') {
            return Err("expected an address without a name or a password in it");
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err("expected an address with a host");
        }
        let usual = if is_secure { HTTPS_PORT } else { HTTP_PORT };
        let behind_host = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
        let port = match behind_host.strip_prefix(':').map(str::parse) {
            None => usual,
            Some(Ok(port)) => port,
            Some(Err(_)) => return Err("expected a port from 1 to 65535"),
        };
        let target = Self {
            is_secure,
            host: host.to_owned(),
            port,
            authority: authority.as_str().to_owned(),
            path: uri.path_and_query().map_or_else(|| "/".to_owned(), |path| path_of(path.as_str())),
        };
        target.check(reach)
    }

    fn check(self, reach: Reach) -> Result<Self, &'static str> {
        if reach == Reach::Public && self.port != HTTPS_PORT && self.port < FREE_PORT_MIN {
            return Err("expected port 443, or one from 1024 on");
        }
        match self.literal() {
            Some(address) if !self.may_connect(address, reach) => {
                Err("expected an address on the public network")
            }
            _ => Ok(self),
        }
    }

    /// The address that the host is, where it is no name.
    pub(super) fn literal(&self) -> Option<SocketAddr> {
        let address: IpAddr = self.host.parse().ok()?;
        Some(SocketAddr::new(address, self.port))
    }

    /// Whether the relay may connect to an address, wherever it was found.
    pub(super) fn may_connect(&self, address: SocketAddr, reach: Reach) -> bool {
        match reach {
            Reach::Public => self.is_secure && is_public(address.ip()),
            Reach::Anywhere => self.is_secure || address.ip().is_loopback(),
        }
    }
}

/// What is asked for begins with a slash, also where the address names parameters alone.
fn path_of(path_and_query: &str) -> String {
    let slash = if path_and_query.starts_with('/') { "" } else { "/" };
    format!("{slash}{path_and_query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_where_to_connect_and_what_to_ask_for() {
        let target = Target::parse("https://Shop.example.org:8443/hooks?a=b", Reach::Public).unwrap();
        assert!(target.is_secure);
        assert_eq!((target.host.as_str(), target.port), ("Shop.example.org", 8443));
        assert_eq!(
            (target.authority.as_str(), target.path.as_str()),
            ("Shop.example.org:8443", "/hooks?a=b")
        );
        let short = Target::parse("https://example.org", Reach::Public).unwrap();
        assert_eq!((short.port, short.path.as_str()), (443, "/"));
        let six = Target::parse("https://[2606:4700::1111]/", Reach::Public).unwrap();
        assert_eq!(six.literal(), Some("[2606:4700::1111]:443".parse().unwrap()));
    }

    #[test]
    fn what_leads_elsewhere_than_by_https_to_the_public_network_is_refused() {
        for wrong in [
            "",
            "/hooks",
            "example.org/hooks",
            "http://example.org/",
            "ftp://example.org/",
            "file:///etc/passwd",
            "https://",
            "https:///hooks",
            "https://user@example.org/",
            "https://user:password@example.org/",
            "https://example.org@127.0.0.1/",
            "https://example.org/#part",
            "https://example.org:0/",
            "https://example.org:22/",
            "https://example.org:80/",
            "https://example.org:65536/",
            "https://example.org:/",
            "https://exa mple.org/",
            "https://ex\u{e4}mple.org/",
            "https://127.0.0.1/",
            "https://10.0.0.1:8443/",
            "https://169.254.169.254/latest/meta-data",
            "https://0.0.0.0/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[fe80::1]/",
            "https://[fd00::1]/",
            "https://[64:ff9b::7f00:1]/",
        ] {
            assert!(Target::parse(wrong, Reach::Public).is_err(), "{wrong}");
        }
        let long = format!("https://example.org/{}", "a".repeat(URL_LENGTH_MAX));
        assert!(Target::parse(&long, Reach::Public).is_err());
    }

    #[test]
    fn where_a_name_leads_is_looked_at_like_an_address() {
        let target = Target::parse("https://example.org/", Reach::Public).unwrap();
        assert!(target.may_connect("93.184.216.34:443".parse().unwrap(), Reach::Public));
        for elsewhere in ["127.0.0.1:443", "10.0.0.1:443", "[::ffff:10.0.0.1]:443", "[fe80::1]:443"] {
            assert!(!target.may_connect(elsewhere.parse().unwrap(), Reach::Public), "{elsewhere}");
        }
    }

    #[test]
    fn for_development_this_machine_is_reached_by_http_and_no_other() {
        let target = Target::parse("http://127.0.0.1:80/", Reach::Anywhere).unwrap();
        assert!(target.may_connect("127.0.0.1:80".parse().unwrap(), Reach::Anywhere));
        assert!(!target.may_connect("10.0.0.1:80".parse().unwrap(), Reach::Anywhere));
        assert!(Target::parse("http://10.0.0.1/", Reach::Anywhere).is_err());
        assert!(Target::parse("https://10.0.0.1/", Reach::Anywhere).is_ok());
    }
}
