//! One message, one connection: where the name leads is looked up once, every address is checked, and one of them connected to.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::http::header::{CONNECTION, CONTENT_TYPE, HOST, USER_AGENT};
use axum::http::{Method, Request};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::target::{Reach, Target};
use crate::server::send_at_once;
use crate::trade::{GONE, JobError, Outcome, Outgoing};
use crate::world::Clock;

/// How long a receiver may take, from its name to its answer: what takes longer is to be queued there.
const ATTEMPT_MS_MAX: u64 = 15_000;
/// Addresses of a name that are tried.
const ADDRESSES_MAX: usize = 4;
/// Bytes of an answer's head; its body is not read at all.
const HEAD_BYTES_MAX: usize = 16 << 10;
const AGENT: &str = concat!("palaver-relay/", env!("CARGO_PKG_VERSION"));

/// Sends messages.
pub(crate) struct Sender {
    /// Made when it is first needed: a relay without webhooks reads no authorities.
    tls: OnceLock<TlsConnector>,
    reach: Reach,
    clock: Clock,
}

impl Sender {
    pub(crate) fn new(reach: Reach, clock: Clock) -> Self {
        Self { tls: OnceLock::new(), reach, clock }
    }

    /// Sends a message; what was answered, and what that comes to.
    pub(crate) async fn send(&self, message: Outgoing) -> (Option<u16>, Outcome) {
        let late = self.clock.reach(self.clock.now().plus_millis(ATTEMPT_MS_MAX));
        let answered = tokio::select! {
            answered = self.attempt(message) => answered,
            () = late => Err(JobError::new("timeout", "it did not answer within 15 seconds")),
        };
        match answered {
            Ok(status) if (200..300).contains(&status) => (Some(status), Outcome::Done),
            Ok(GONE) => {
                let error = JobError::new("gone", "it answered 410: it wants to be told nothing more");
                (Some(GONE), Outcome::Failed(error))
            }
            Ok(status) => {
                let error = JobError::new("status_refused", &format!("it answered {status}"));
                (Some(status), Outcome::Failed(error))
            }
            Err(error) => (None, Outcome::Failed(error)),
        }
    }

    async fn attempt(&self, message: Outgoing) -> Result<u16, JobError> {
        let target = Target::parse(&message.url, self.reach).map_err(|_| {
            JobError::new("url_refused", "its address is one that this relay does not send to")
        })?;
        let stream = connect(&self.addresses(&target).await?).await?;
        send_at_once(&stream);
        let request = request(&target, message)?;
        if !target.is_secure {
            return ask(stream, request).await;
        }
        let name = ServerName::try_from(target.host)
            .map_err(|_| JobError::new("url_refused", "its host is no name that a certificate can have"))?;
        let stream = self.tls.get_or_init(connector).connect(name, stream).await;
        let stream = stream.map_err(|_| JobError::new("tls_failed", "it did not prove who it is"))?;
        ask(stream, request).await
    }

    /// Where a target leads: nowhere, if any of it is where the relay does not go.
    async fn addresses(&self, target: &Target) -> Result<Vec<SocketAddr>, JobError> {
        let found: Vec<SocketAddr> = match target.literal() {
            Some(address) => vec![address],
            None => match lookup_host((target.host.as_str(), target.port)).await {
                Ok(found) => found.collect(),
                Err(_) => Vec::new(),
            },
        };
        checked(target, found, self.reach)
    }
}

/// Where a name leads, if all of it may be connected to.
fn checked(target: &Target, found: Vec<SocketAddr>, reach: Reach) -> Result<Vec<SocketAddr>, JobError> {
    if found.is_empty() {
        return Err(JobError::new("name_not_found", "its name leads nowhere"));
    }
    if found.iter().any(|address| !target.may_connect(*address, reach)) {
        let text = "its name leads to an address that this relay does not send to";
        return Err(JobError::new("address_refused", text));
    }
    Ok(found)
}

/// Believes the authorities which this machine believes.
fn connector() -> TlsConnector {
    let mut roots = RootCertStore::empty();
    let (taken, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if taken == 0 {
        tracing::warn!("no_certificate_authorities");
    }
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, JobError> {
    for address in addresses.iter().take(ADDRESSES_MAX) {
        if let Ok(stream) = TcpStream::connect(address).await {
            return Ok(stream);
        }
    }
    Err(JobError::new("not_reached", "it takes no connections"))
}

fn request(target: &Target, message: Outgoing) -> Result<Request<Body>, JobError> {
    Request::builder()
        .method(Method::POST)
        .uri(target.path.as_str())
        .header(HOST, target.authority.as_str())
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, AGENT)
        .header(CONNECTION, "close")
        .header("webhook-id", message.id)
        .header("webhook-timestamp", message.seconds)
        .header("webhook-signature", message.signatures)
        .body(Body::from(message.body))
        .map_err(|_| JobError::new("url_refused", "its address cannot be asked for"))
}

/// Asks over a connection; the answer's head is all that is read.
async fn ask(
    stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
    request: Request<Body>,
) -> Result<u16, JobError> {
    let lost = |_| JobError::new("connection_lost", "the connection ended before an answer");
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(HEAD_BYTES_MAX)
        .handshake::<_, Body>(TokioIo::new(stream))
        .await
        .map_err(lost)?;
    let (mut connection, mut answered) = (pin!(connection), pin!(sender.send_request(request)));
    let answer = tokio::select! {
        answer = &mut answered => answer,
        // What it has read before it ended is there still.
        _ = &mut connection => answered.await,
    };
    Ok(answer.map_err(lost)?.status().as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_anywhere_but_to_the_public_network_is_not_followed_whatever_else_it_leads_to() {
        let target = Target::parse("https://shop.example.org/hooks", Reach::Public).unwrap();
        let check = |addresses: &[&str], expected: Result<usize, &str>| {
            let found = addresses.iter().map(|address| address.parse().unwrap()).collect();
            let checked = checked(&target, found, Reach::Public).map(|found| found.len());
            assert_eq!(
                checked.as_ref().map_err(|error| error.code.as_str()),
                expected.as_ref().map_err(|code| *code)
            );
        };
        check(&["93.184.216.34:443", "[2606:4700::1111]:443"], Ok(2));
        check(&["93.184.216.34:443", "127.0.0.1:443"], Err("address_refused"));
        check(&["[fe80::1]:443", "93.184.216.34:443"], Err("address_refused"));
        check(&[], Err("name_not_found"));
    }
}
