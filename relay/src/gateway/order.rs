//! One socket's messages keep their order: behind one that was refused for now, none is taken before it.

use std::collections::HashMap;

use protocol::frame::Failure;
use protocol::{ConversationId, EnvelopeId, ErrorCode};

/// Conversations in which a refused message is waited for. Above, order is the client's own business.
const WAITED_FOR_MAX: usize = 1024;

/// The first message refused for now in each conversation.
#[derive(Default)]
pub(super) struct Order(HashMap<ConversationId, EnvelopeId>);

impl Order {
    /// Refuses what would overtake.
    pub(super) fn check(&self, conversation: &ConversationId, envelope: &EnvelopeId) -> Result<(), Failure> {
        match self.0.get(conversation) {
            Some(first) if first != envelope => {
                Err(Failure::new(ErrorCode::Busy, "an earlier message was refused: send that one first"))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Notes what became of a message that did not overtake.
    pub(super) fn note<T>(
        &mut self,
        conversation: ConversationId,
        envelope: EnvelopeId,
        outcome: &Result<T, Failure>,
    ) {
        match outcome {
            Err(failure) if failure.code.is_transient() => {
                if self.0.len() < WAITED_FOR_MAX {
                    self.0.entry(conversation).or_insert(envelope);
                }
            }
            Ok(_) | Err(_) => {
                self.0.remove(&conversation);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_overtakes_a_message_that_was_refused_for_now() {
        let (here, there) = (ConversationId::from_bytes([1; 16]), ConversationId::from_bytes([2; 16]));
        let [first, second] = [1, 2].map(|byte| EnvelopeId::from_bytes([byte; 16]));
        let mut order = Order::default();
        order.note(here, first, &Err::<(), _>(Failure::new(ErrorCode::Busy, "")));
        assert_eq!(order.check(&here, &second).map_err(|failure| failure.code), Err(ErrorCode::Busy));
        assert_eq!(order.check(&there, &second), Ok(()));
        assert_eq!(order.check(&here, &first), Ok(()));
        order.note(here, first, &Ok(()));
        assert_eq!(order.check(&here, &second), Ok(()));
    }

    #[test]
    fn a_message_refused_for_good_holds_nothing_up() {
        let here = ConversationId::from_bytes([1; 16]);
        let [first, second] = [1, 2].map(|byte| EnvelopeId::from_bytes([byte; 16]));
        let mut order = Order::default();
        order.note(here, first, &Err::<(), _>(Failure::new(ErrorCode::Unavailable, "")));
        order.note(here, first, &Err::<(), _>(Failure::new(ErrorCode::StaleEpoch, "")));
        assert_eq!(order.check(&here, &second), Ok(()));
    }
}
