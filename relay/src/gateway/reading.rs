//! Reading logs, groups and inboxes, and saying how far they were stored.

use std::collections::BTreeMap;
use std::sync::Arc;

use mls_wasm::policy::Heads;
use protocol::codec::OrEmpty;
use protocol::frame::{
    Acknowledge, Acknowledgement, Done, Entries, EntriesFetch, Failure, GroupFetch, GroupState, Inbox,
    InboxAcknowledge, InboxFetch, Response, Subscribe, Subscribed, Subscription, SubscriptionState,
};
use protocol::{ConversationId, DeviceId, ErrorCode, Seq, limits};

use super::conversations::current_tree;
use super::{Answer, Session, Then};
use crate::server::Relay;
use crate::store::Store;

/// Follows logs: what they hold already is sent behind the answer, then what comes.
pub(super) async fn subscribe<S: Store>(
    relay: &Relay<S>,
    session: &mut Session,
    subscribe: Subscribe,
) -> Result<Answer, Failure> {
    let device = session.leaf.identity.device;
    let mut states = Vec::with_capacity(subscribe.subscriptions.len());
    let mut followed = Vec::new();
    for Subscription { conversation, from_seq } in subscribe.subscriptions {
        let (latest_seq, refusal) = match follow(relay, session, device, conversation, from_seq).await {
            Ok(latest_seq) => {
                followed.push(conversation);
                (latest_seq, None)
            }
            Err(code) => (Seq(0), Some(code)),
        };
        states.push(SubscriptionState { conversation, latest_seq, refusal: OrEmpty(refusal) });
    }
    Ok(Answer { body: Response::Subscribed(Subscribed { states }), then: Then::Replay(followed) })
}

async fn follow<S: Store>(
    relay: &Relay<S>,
    session: &mut Session,
    device: DeviceId,
    conversation: ConversationId,
    from_seq: Seq,
) -> Result<Seq, ErrorCode> {
    if session.next.len() >= limits::SUBSCRIPTIONS_MAX && !session.next.contains_key(&conversation) {
        return Err(ErrorCode::LimitExceeded);
    }
    // Followed before it is read: what is appended in between is pushed, and dropped if it was read as well.
    session.registration.follow(conversation);
    match relay.store.entries(conversation, device, from_seq, 0).await {
        Ok(page) => {
            session.next.insert(conversation, from_seq.max(Seq(1)));
            Ok(page.latest_seq)
        }
        Err(error) => {
            session.unfollow(&conversation);
            Err(error.code())
        }
    }
}

pub(super) async fn entries<S: Store>(
    relay: &Relay<S>,
    session: &Session,
    fetch: EntriesFetch,
) -> Result<Answer, Failure> {
    let EntriesFetch { conversation, from_seq, limit } = fetch;
    let limit = limit.clamp(1, limits::ENTRIES_PER_FRAME_MAX);
    let page = relay.store.entries(conversation, session.leaf.identity.device, from_seq, limit).await?;
    let body = Entries { conversation, entries: page.entries, latest_seq: page.latest_seq };
    Ok(Response::Entries(body).into())
}

pub(super) async fn group<S: Store>(
    relay: &Arc<Relay<S>>,
    session: &Session,
    fetch: GroupFetch,
) -> Result<Answer, Failure> {
    let device = session.leaf.identity.device;
    let served = relay.store.served_group(fetch.conversation, device, fetch.epoch).await?;
    let tree = match served.tree {
        Some(tree) => tree,
        None => {
            let (epoch, tree) = current_tree(relay, fetch.conversation).await?;
            if epoch != served.epoch {
                return Err(Failure::new(
                    ErrorCode::StaleEpoch,
                    "the group has changed meanwhile: fetch again",
                ));
            }
            tree
        }
    };
    let heads = Heads::decode(&served.heads)
        .map_err(|_| Failure::new(ErrorCode::InternalError, "the relay failed"))?
        .list();
    Ok(Response::GroupState(GroupState {
        conversation: fetch.conversation,
        epoch: served.epoch,
        seq: served.seq,
        group_info: served.group_info,
        tree,
        heads,
    })
    .into())
}

pub(super) async fn acknowledge<S: Store>(
    relay: &Relay<S>,
    session: &Session,
    acknowledge: Acknowledge,
) -> Result<Answer, Failure> {
    // The highest of each conversation: the others would be told to everyone for nothing.
    let mut up_to = BTreeMap::new();
    for Acknowledgement { conversation, seq } in acknowledge.acknowledgements {
        let highest = up_to.entry(conversation).or_insert(seq);
        *highest = seq.max(*highest);
    }
    let up_to = up_to.into_iter().collect();
    let identity = session.leaf.identity;
    let counter = acknowledge.state_counter;
    relay.store.acknowledge(identity.device, identity.account, up_to, counter).await?;
    Ok(Response::Done(Done {}).into())
}

pub(super) async fn inbox<S: Store>(
    relay: &Relay<S>,
    session: &Session,
    fetch: InboxFetch,
) -> Result<Answer, Failure> {
    let limit = fetch.limit.clamp(1, limits::INBOX_PER_FRAME_MAX);
    let page = relay.store.inbox(session.leaf.identity.device, fetch.after, limit).await?;
    Ok(Response::Inbox(Inbox { items: page.items, more: page.more }).into())
}

pub(super) async fn acknowledge_inbox<S: Store>(
    relay: &Relay<S>,
    session: &Session,
    acknowledge: InboxAcknowledge,
) -> Result<Answer, Failure> {
    relay.store.acknowledge_inbox(session.leaf.identity.device, acknowledge.ids).await?;
    Ok(Response::Done(Done {}).into())
}
