//! Taking back a commit that members cannot follow and nobody has acknowledged (ADR 0010).

use protocol::frame::{CommitRefusal, Done, Failure, Response};
use protocol::{EnvelopeId, ErrorCode};

use super::conversations::{blocking, count_send, members_of, refuse as refuse_by};
use super::{Answer, Session};
use crate::groups::{LoadedGroup, replay};
use crate::server::Relay;
use crate::store::{RefusalOutcome, Store, VoidAppend};
use crate::world;

/// Notes a member's refusal of the last commit, and voids the commit if that is due.
pub(super) async fn refuse<S: Store>(
    relay: &Relay<S>,
    session: &Session,
    refusal: CommitRefusal,
) -> Result<Answer, Failure> {
    let conversation = refusal.conversation;
    count_send(relay, session, conversation)?;
    if !refusal.is_signed_by(&session.leaf.key) {
        return Err(Failure::new(ErrorCode::InvalidRequest, "not a refusal of this device"));
    }
    let (seq, now) = (refusal.seq, relay.clock.now());
    if let RefusalOutcome::Voidable(before) = relay.store.refuse_commit(refusal, now).await? {
        let slot = relay.groups.slot(conversation);
        let mut place = slot.lock().await;
        let (loaded, void) = blocking(move || -> Result<_, mls_wasm::Error> {
            let loaded = replay(&conversation, &before)?;
            let members = members_of(&loaded.group.roster()?);
            let envelope = EnvelopeId::from_bytes(world::random());
            Ok((loaded, VoidAppend { conversation, seq, envelope, members, now }))
        })
        .await?
        .map_err(|error| refuse_by(&error))?;
        // Whatever becomes of it, the group in memory is not what the store has.
        *place = None;
        let voided = relay.store.void_commit(void).await?;
        *place = Some(LoadedGroup { handshake_seq: voided.seq, ..loaded });
        relay.metrics.commits_voided_total.add_one();
    }
    Ok(Response::Done(Done {}).into())
}
