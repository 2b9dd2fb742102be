//! What an operator may set: flags over environment over file over defaults. Read once; invalid means no start.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};

use clap::Args;
use protocol::limits;
use serde::{Deserialize, Serialize};

use crate::origin::is_origin;
use crate::tls::Unusable;

/// A stolen token works no longer than this; a client that is away longer signs in by challenge.
const SESSION_SECONDS: u32 = 60 * 60;

/// Settings as they are given; what is not given has a default that is safe on this machine alone.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address to listen on; port 0 takes a free one [default: 127.0.0.1:8787]
    #[arg(long, env = "PALAVER_RELAY_LISTEN", value_name = "ADDR")]
    pub listen: Option<String>,
    /// Folder for everything the relay keeps [default: ./palaver-data]
    #[arg(long, env = "PALAVER_RELAY_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Web origin that browsers may connect from; may be given several times
    #[arg(long = "origin", env = "PALAVER_RELAY_ORIGINS", value_name = "ORIGIN", value_delimiter = ',')]
    #[serde(default)]
    pub origins: Vec<String>,
    /// Web origin whose pages may use the market's interface with keys, tokens and sessions; may be given several times
    #[arg(
        long = "market-origin",
        env = "PALAVER_RELAY_MARKET_ORIGINS",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    #[serde(default)]
    pub market_origins: Vec<String>,
    /// PEM file with the certificate and its chain: serves https and wss
    #[arg(long, env = "PALAVER_RELAY_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// PEM file with the certificate's private key
    #[arg(long, env = "PALAVER_RELAY_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Messages an account may send in one conversation in a minute [default: 600]
    #[arg(long, env = "PALAVER_RELAY_SENDS_PER_MINUTE", value_name = "N")]
    pub sends_per_minute: Option<u32>,
    /// Conversations an account may create in a minute [default: 60]
    #[arg(long, env = "PALAVER_RELAY_CREATIONS_PER_MINUTE", value_name = "N")]
    pub creations_per_minute: Option<u32>,
    /// KeyPackage claims an account may make in a minute [default: 120]
    #[arg(long, env = "PALAVER_RELAY_CLAIMS_PER_MINUTE", value_name = "N")]
    pub claims_per_minute: Option<u32>,
    /// Link boxes an address may open in a minute; an account enters half as many [default: 20]
    #[arg(long, env = "PALAVER_RELAY_LINKS_PER_MINUTE", value_name = "N")]
    pub links_per_minute: Option<u32>,
    /// Requests of any kind an account may make in a minute [default: 6000]
    #[arg(long, env = "PALAVER_RELAY_REQUESTS_PER_MINUTE", value_name = "N")]
    pub requests_per_minute: Option<u32>,
    /// Accounts an address may register in a minute [default: 60]
    #[arg(long, env = "PALAVER_RELAY_REGISTRATIONS_PER_MINUTE", value_name = "N")]
    pub registrations_per_minute: Option<u32>,
    /// Connections an address may have open [default: 10000]
    #[arg(long, env = "PALAVER_RELAY_CONNECTIONS", value_name = "N")]
    pub connections: Option<u32>,
    /// Requests an address may make in a minute before it has a session [default: 600]
    #[arg(long, env = "PALAVER_RELAY_GUEST_REQUESTS_PER_MINUTE", value_name = "N")]
    pub guest_requests_per_minute: Option<u32>,
    /// Requests a key or an account may make of the market in a minute [default: 600]
    #[arg(long, env = "PALAVER_RELAY_MARKET_REQUESTS_PER_MINUTE", value_name = "N")]
    pub market_requests_per_minute: Option<u32>,
    /// Top-ups a user may ask for in a minute [default: 10]
    #[arg(long, env = "PALAVER_RELAY_TOP_UPS_PER_MINUTE", value_name = "N")]
    pub top_ups_per_minute: Option<u32>,
    /// Withdrawals a user may ask for in a minute [default: 5]
    #[arg(long, env = "PALAVER_RELAY_WITHDRAWALS_PER_MINUTE", value_name = "N")]
    pub withdrawals_per_minute: Option<u32>,
    /// Streams of events that a key may have open [default: 20]
    #[arg(long, env = "PALAVER_RELAY_EVENT_STREAMS_PER_KEY", value_name = "N")]
    pub event_streams_per_key: Option<u32>,
    /// Streams of events that may be open in all [default: 5000]
    #[arg(long, env = "PALAVER_RELAY_EVENT_STREAMS", value_name = "N")]
    pub event_streams: Option<u32>,
    /// Send webhooks to private addresses too, and to this machine by http: for development and tests alone
    #[arg(long, env = "PALAVER_RELAY_WEBHOOKS_ALLOW_PRIVATE")]
    #[serde(default)]
    pub webhooks_allow_private: bool,
    /// Whether it takes two people's words, by keys of their own, that money came or went [default: false]
    #[arg(long, env = "PALAVER_RELAY_TWO_PERSON_RULE", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub two_person_rule: Option<bool>,
    /// How much to log on stderr: error, warn, info or debug [default: info]
    #[arg(long, env = "PALAVER_RELAY_LOG", value_name = "LEVEL")]
    pub log: Option<String>,
    /// Seconds a session lasts without being resumed [default: 3600]
    #[arg(long, env = "PALAVER_RELAY_SESSION_SECONDS", value_name = "N")]
    pub session_seconds: Option<u32>,
}

/// What is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Where everything is kept.
    pub data: PathBuf,
    /// Web origins that browsers may connect from.
    pub origins: Vec<String>,
    /// Web origins whose pages may use the market's interface.
    pub market_origins: Vec<String>,
    /// The certificate, where the relay does TLS itself.
    pub tls: Option<Tls>,
    /// How often things may be done.
    pub rates: Rates,
    /// How long a session lasts without being resumed.
    pub session_ms: u64,
    /// Connections of an address: a large office behind one stays below.
    pub connections: u32,
    /// Streams of events that a key has open: each of a shop's programs its own.
    pub event_streams_per_key: u32,
    /// Streams of events that are open in all: each may hold a page of events in memory.
    pub event_streams: u32,
    /// Whether webhooks may be sent to private addresses, and to this machine by http.
    pub webhooks_allow_private: bool,
    /// Whether it takes two people to say that money came or went.
    pub two_person_rule: bool,
    /// How much is logged.
    pub log: Level,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// What failed.
    Error,
    /// What might.
    Warn,
    /// Starting and stopping.
    Info,
    /// Every request, by its kind and outcome.
    Debug,
}

impl Level {
    fn parse(text: &str) -> Result<Self, ConfigError> {
        match text {
            "error" => Ok(Self::Error),
            "warn" => Ok(Self::Warn),
            "info" => Ok(Self::Info),
            "debug" => Ok(Self::Debug),
            other => {
                let problem = format!("`{other}` is none of error, warn, info and debug");
                Err(ConfigError::Setting { setting: "log", problem })
            }
        }
    }
}

impl From<Level> for tracing::Level {
    fn from(level: Level) -> Self {
        match level {
            Level::Error => Self::ERROR,
            Level::Warn => Self::WARN,
            Level::Info => Self::INFO,
            Level::Debug => Self::DEBUG,
        }
    }
}

/// Where the certificate lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tls {
    /// PEM: the certificate, then those that lead to a root.
    pub cert: PathBuf,
    /// PEM: the certificate's private key.
    pub key: PathBuf,
}

/// How often things may be done, in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rates {
    /// Messages and handshakes of an account in one conversation: a person types a few, a bot a few hundred.
    pub sends: u32,
    /// Conversations an account creates: importing an address book stays below.
    pub creations: u32,
    /// KeyPackage claims of an account: each may use one up.
    pub claims: u32,
    /// Link boxes opened from an address: whoever guesses at numbers does not come far.
    pub links: u32,
    /// Requests of any kind of an account: all of its devices catching up at once stay below.
    pub requests: u32,
    /// Accounts registered from an address: a class of pupils behind one stays below.
    pub registrations: u32,
    /// Requests of an address without session: an office behind one address stays below.
    pub guest_requests: u32,
    /// Requests of the market's interface, of a key or an account: a shop of some size stays below.
    pub market: u32,
    /// Top-ups of a user.
    pub top_ups: u32,
    /// Withdrawals of a user.
    pub withdrawals: u32,
}

impl Rates {
    /// Link boxes that an account enters, or tries to: half of those that an address opens.
    pub(crate) fn link_entries(&self) -> u32 {
        self.links.div_ceil(2)
    }
}

/// Which setting is wrong, and what it should be.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {path} cannot be read: {cause}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("the configuration file {path} is wrong: {cause}")]
    Malformed {
        /// Which.
        path: PathBuf,
        /// Where and why.
        cause: Box<toml::de::Error>,
    },
    /// A setting is not what it should be.
    #[error("`{setting}` is wrong: {problem}")]
    Setting {
        /// Its name.
        setting: &'static str,
        /// What it should be.
        problem: String,
    },
}

impl Settings {
    /// Settings of a relay that counts nobody's requests: for tests and simulators, which ask more than people do.
    pub fn without_limits(data: &Path) -> Self {
        const MANY: Option<u32> = Some(u32::MAX);
        Self {
            data: Some(data.to_owned()),
            sends_per_minute: MANY,
            creations_per_minute: MANY,
            claims_per_minute: MANY,
            links_per_minute: MANY,
            requests_per_minute: MANY,
            registrations_per_minute: MANY,
            guest_requests_per_minute: MANY,
            market_requests_per_minute: MANY,
            top_ups_per_minute: MANY,
            withdrawals_per_minute: MANY,
            ..Self::default()
        }
    }

    /// Reads a TOML file of the same names.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|cause| ConfigError::Unreadable { path: path.to_owned(), cause })?;
        toml::from_str(&text)
            .map_err(|cause| ConfigError::Malformed { path: path.to_owned(), cause: Box::new(cause) })
    }

    /// These settings, with another's where these say nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            listen: self.listen.or(other.listen),
            data: self.data.or(other.data),
            origins: if self.origins.is_empty() { other.origins } else { self.origins },
            market_origins: if self.market_origins.is_empty() {
                other.market_origins
            } else {
                self.market_origins
            },
            tls_cert: self.tls_cert.or(other.tls_cert),
            tls_key: self.tls_key.or(other.tls_key),
            sends_per_minute: self.sends_per_minute.or(other.sends_per_minute),
            creations_per_minute: self.creations_per_minute.or(other.creations_per_minute),
            claims_per_minute: self.claims_per_minute.or(other.claims_per_minute),
            links_per_minute: self.links_per_minute.or(other.links_per_minute),
            requests_per_minute: self.requests_per_minute.or(other.requests_per_minute),
            registrations_per_minute: self.registrations_per_minute.or(other.registrations_per_minute),
            guest_requests_per_minute: self.guest_requests_per_minute.or(other.guest_requests_per_minute),
            market_requests_per_minute: self.market_requests_per_minute.or(other.market_requests_per_minute),
            top_ups_per_minute: self.top_ups_per_minute.or(other.top_ups_per_minute),
            withdrawals_per_minute: self.withdrawals_per_minute.or(other.withdrawals_per_minute),
            connections: self.connections.or(other.connections),
            two_person_rule: self.two_person_rule.or(other.two_person_rule),
            event_streams_per_key: self.event_streams_per_key.or(other.event_streams_per_key),
            event_streams: self.event_streams.or(other.event_streams),
            webhooks_allow_private: self.webhooks_allow_private || other.webhooks_allow_private,
            log: self.log.or(other.log),
            session_seconds: self.session_seconds.or(other.session_seconds),
        }
    }

    /// Checks every setting.
    pub fn check(self) -> Result<Config, ConfigError> {
        let listen = self.listen.as_deref().unwrap_or("127.0.0.1:8787");
        let listen = listen.to_socket_addrs().ok().and_then(|mut found| found.next()).ok_or_else(|| {
            let problem = format!("`{listen}` is no address like 127.0.0.1:8787 or localhost:8787");
            ConfigError::Setting { setting: "listen", problem }
        })?;
        check_origins("origins", &self.origins)?;
        check_origins("market_origins", &self.market_origins)?;
        let tls = tls_of(self.tls_cert, self.tls_key)?;
        let rates = Rates {
            sends: positive("sends_per_minute", self.sends_per_minute, 600)?,
            creations: positive("creations_per_minute", self.creations_per_minute, 60)?,
            claims: positive("claims_per_minute", self.claims_per_minute, 120)?,
            links: positive("links_per_minute", self.links_per_minute, limits::LINKS_PER_MINUTE)?,
            requests: positive("requests_per_minute", self.requests_per_minute, 6000)?,
            registrations: positive("registrations_per_minute", self.registrations_per_minute, 60)?,
            guest_requests: positive("guest_requests_per_minute", self.guest_requests_per_minute, 600)?,
            market: positive("market_requests_per_minute", self.market_requests_per_minute, 600)?,
            top_ups: positive("top_ups_per_minute", self.top_ups_per_minute, 10)?,
            withdrawals: positive("withdrawals_per_minute", self.withdrawals_per_minute, 5)?,
        };
        let data = data_folder(self.data)?;
        let session_seconds = positive("session_seconds", self.session_seconds, SESSION_SECONDS)?;
        let session_ms = u64::from(session_seconds) * 1000;
        let connections = positive("connections", self.connections, 10_000)?;
        let log = Level::parse(self.log.as_deref().unwrap_or("info"))?;
        Ok(Config {
            listen,
            two_person_rule: self.two_person_rule.unwrap_or(false),
            data,
            origins: self.origins,
            market_origins: self.market_origins,
            tls,
            rates,
            session_ms,
            connections,
            event_streams_per_key: positive("event_streams_per_key", self.event_streams_per_key, 20)?,
            event_streams: positive("event_streams", self.event_streams, 5_000)?,
            webhooks_allow_private: self.webhooks_allow_private,
            log,
        })
    }
}

/// Where everything is kept, if nothing is said of it: in a folder here.
pub fn data_folder(given: Option<PathBuf>) -> Result<PathBuf, ConfigError> {
    let data = given.unwrap_or_else(|| PathBuf::from("palaver-data"));
    if data.as_os_str().is_empty() {
        let problem = "it is empty: give a folder, `.` for this one".to_owned();
        return Err(ConfigError::Setting { setting: "data", problem });
    }
    Ok(data)
}

fn tls_of(cert: Option<PathBuf>, key: Option<PathBuf>) -> Result<Option<Tls>, ConfigError> {
    let alone = |setting, other| {
        let problem = format!("it needs `{other}` beside it");
        Err(ConfigError::Setting { setting, problem })
    };
    match (cert, key) {
        (None, None) => Ok(None),
        (Some(_), None) => alone("tls_cert", "tls_key"),
        (None, Some(_)) => alone("tls_key", "tls_cert"),
        (Some(cert), Some(key)) => {
            let tls = Tls { cert, key };
            tls.load().map_err(|Unusable { setting, problem }| ConfigError::Setting { setting, problem })?;
            Ok(Some(tls))
        }
    }
}

fn positive(setting: &'static str, given: Option<u32>, default: u32) -> Result<u32, ConfigError> {
    match given.unwrap_or(default) {
        0 => Err(ConfigError::Setting {
            setting,
            problem: "0 would refuse everything: give 1 or more".to_owned(),
        }),
        positive => Ok(positive),
    }
}

fn check_origins(setting: &'static str, origins: &[String]) -> Result<(), ConfigError> {
    let wrong = |origin: &String| ConfigError::Setting {
        setting,
        problem: format!(
            "`{origin}` is not an origin as browsers send it, like https://chat.example.org: in small letters, without a path, \
            a star or the port that goes without saying"
        ),
    };
    origins.iter().find(|origin| !is_origin(origin)).map_or(Ok(()), |origin| Err(wrong(origin)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_settings_only_this_machine_is_served() {
        let config = Settings::default().check().unwrap();
        assert!(config.listen.ip().is_loopback());
    }

    #[test]
    fn flags_win_over_the_file() {
        let file: Settings = toml::from_str("listen = '127.0.0.1:1'\nsends_per_minute = 7").unwrap();
        let flags = Settings { listen: Some("127.0.0.1:2".to_owned()), ..Settings::default() };
        let config = flags.or(file).check().unwrap();
        assert_eq!((config.listen.port(), config.rates.sends), (2, 7));
    }

    #[test]
    fn a_wrong_setting_is_named() {
        check("listen = 'nowhere'", "`listen`");
        check("origins = ['chat.example.org']", "`origins`");
        check("origins = ['https://chat.example.org/path']", "`origins`");
        check("market_origins = ['*']", "`market_origins`");
        check("sends_per_minute = 0", "`sends_per_minute`");
        check("log = 'chatty'", "`log`");
        check("data = ''", "`data`");
        check("tls_cert = 'cert.pem'", "`tls_cert`");
        check("tls_cert = 'no.pem'\ntls_key = 'no.pem'", "no.pem cannot be read");
    }

    #[test]
    fn one_person_decides_unless_two_are_to() {
        let is_so = |file: &str| toml::from_str::<Settings>(file).unwrap().check().unwrap().two_person_rule;
        assert_eq!(
            ["", "two_person_rule = false", "two_person_rule = true"].map(is_so),
            [false, false, true]
        );
    }

    #[test]
    fn an_unknown_setting_is_refused() {
        assert!(toml::from_str::<Settings>("lissten = 'x'").unwrap_err().to_string().contains("lissten"));
    }

    #[track_caller]
    fn check(file: &str, names: &str) {
        let error = toml::from_str::<Settings>(file).unwrap().check().unwrap_err();
        assert!(error.to_string().contains(names), "{error}");
    }
}
