//! Opening, resuming and ending a session.

use std::collections::HashMap;

use mls_wasm::Leaf;
use protocol::frame::{
    Challenge, Done, Failure, Hello, KeyPackagesStatus, Response, SessionReady, SessionResume, SessionStart,
};
use protocol::identity::LeafIdentity;
use protocol::{Bytes, DeviceId, ErrorCode, Suite, Timestamp, VERSION, VERSION_MIN, limits};
use sha2::{Digest, Sha256};

use super::{Answer, Gateway, Session, Then, no_session};
use crate::server::Relay;
use crate::store::{NewSession, Resume, SessionOpened, Store, TokenHash};
use crate::world;

impl<S: Store> Gateway<S> {
    /// Agrees on a version and asks for a signature.
    pub(super) fn hello(&mut self, hello: &Hello) -> Result<Answer, Failure> {
        let version = VERSION.min(hello.version_max);
        if version < VERSION_MIN.max(hello.version_min) {
            let message = format!("this relay speaks protocol versions {VERSION_MIN} to {VERSION}");
            return Err(Failure::new(ErrorCode::UnsupportedVersion, message));
        }
        let now = self.relay.clock.now();
        let challenge = Challenge {
            version,
            relay: self.relay.id,
            nonce: world::random(),
            expires_at: now.plus_millis(limits::CHALLENGE_TTL_MS),
            now,
        };
        self.challenge = Some(challenge.clone());
        Ok(Response::Challenge(challenge).into())
    }

    /// Checks the answer to the challenge, which counts once.
    pub(super) async fn start_session(&mut self, start: &SessionStart) -> Result<Answer, Failure> {
        let failed =
            || Failure::new(ErrorCode::ChallengeFailed, "the challenge was not answered: say hello again");
        let challenge = self.challenge.take().ok_or_else(failed)?;
        if self.relay.clock.now() > challenge.expires_at {
            return Err(failed());
        }
        let log = self.relay.logs.get(&self.relay.store, start.account).await?;
        let log =
            log.ok_or_else(|| Failure::new(ErrorCode::NotFound, "this relay does not know the account"))?;
        let key = match log.view().device(&start.device) {
            Some(key) => key,
            None if log.view().has_revoked(&start.device) => {
                return Err(revoked());
            }
            None => return Err(failed()),
        };
        if !challenge.is_answered_by(start, &key) {
            return Err(failed());
        }
        let tokens = self.new_tokens();
        let session = NewSession {
            account: start.account,
            device: start.device,
            session: tokens.session_hash(),
            resume: tokens.resume_hash(),
            expires_at: tokens.expires_at,
            state_counter: start.state_counter,
        };
        let opened = self.relay.store.start_session(session).await?;
        self.relay.metrics.sessions_started_total.add_one();
        self.open(opened, &tokens).await
    }

    /// Takes a session up by its resume token.
    pub(super) async fn resume_session(&mut self, resume: &SessionResume) -> Result<Answer, Failure> {
        if self.challenge.is_none() {
            return Err(no_session());
        }
        let tokens = self.new_tokens();
        let resume = Resume {
            presented: Sha256::digest(&resume.resume_token).into(),
            session: tokens.session_hash(),
            resume: tokens.resume_hash(),
            now: self.relay.clock.now(),
            expires_at: tokens.expires_at,
            state_counter: resume.state_counter,
        };
        let opened = self.relay.store.resume_session(resume).await?;
        self.relay.metrics.sessions_resumed_total.add_one();
        self.open(opened, &tokens).await
    }

    /// Ends the session and the socket.
    pub(super) async fn logout(&mut self) -> Result<Answer, Failure> {
        let session = self.session.take().ok_or_else(no_session)?;
        self.relay.store.end_session(session.token).await?;
        Ok(Answer { body: Response::Done(Done {}), then: Then::End })
    }

    async fn open(&mut self, opened: SessionOpened, tokens: &Tokens) -> Result<Answer, Failure> {
        let SessionOpened { account, device, state_counter } = opened;
        let registration = self.relay.hub.register(device);
        // Looked up once registered: a revocation before that is seen here, one after it closes the socket.
        let log = self.relay.logs.get(&self.relay.store, account).await?;
        let key = log.and_then(|log| log.view().device(&device)).ok_or_else(revoked)?;
        let key_packages = key_packages_left(&self.relay, device).await?;
        self.challenge = None;
        self.session = Some(Session {
            leaf: Leaf { identity: LeafIdentity { account, device }, key },
            token: tokens.session_hash(),
            expires_at: tokens.expires_at,
            registration,
            order: Default::default(),
            next: HashMap::new(),
        });
        let ready = SessionReady {
            account,
            device,
            session_token: Bytes::copy_from_slice(&tokens.session),
            resume_token: Bytes::copy_from_slice(&tokens.resume),
            expires_at: tokens.expires_at,
            state_counter,
            key_packages,
            now: self.relay.clock.now(),
        };
        Ok(Response::SessionReady(ready).into())
    }

    fn new_tokens(&self) -> Tokens {
        Tokens::new(self.relay.clock.now().plus_millis(self.relay.config.session_ms))
    }
}

/// Suites that the device has nothing of are left out: an older client does not know each of ours, and could not read them.
async fn key_packages_left<S: Store>(
    relay: &Relay<S>,
    device: DeviceId,
) -> Result<Vec<KeyPackagesStatus>, Failure> {
    let mut left = Vec::with_capacity(Suite::OFFERED.len());
    for suite in Suite::OFFERED {
        let status = relay.store.key_package_status(device, suite, relay.clock.now()).await?;
        if status.unissued > 0 || status.has_last_resort {
            left.push(status);
        }
    }
    Ok(left)
}

fn revoked() -> Failure {
    Failure::new(ErrorCode::DeviceRevoked, "this device was revoked")
}

/// A session's new tokens. The store sees their hashes only.
struct Tokens {
    session: [u8; 32],
    resume: [u8; 32],
    expires_at: Timestamp,
}

impl Tokens {
    fn new(expires_at: Timestamp) -> Self {
        Self { session: world::random(), resume: world::random(), expires_at }
    }

    fn session_hash(&self) -> TokenHash {
        Sha256::digest(self.session).into()
    }

    fn resume_hash(&self) -> TokenHash {
        Sha256::digest(self.resume).into()
    }
}
