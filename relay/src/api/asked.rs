//! What the door found out about a request, for those behind it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::store::SpaceId;
use crate::trade::{Caller, Code, Credential, Idempotency, Refusal};

/// Who asks, of which space, in which request.
#[derive(Debug, Clone)]
pub(super) struct Asking {
    pub(super) caller: Caller,
    pub(super) space: SpaceId,
    pub(super) request: String,
}

/// What was shown at the door, for whoever is served so long that it has to be asked again whether it works.
#[derive(Clone)]
pub(super) struct Shown(pub(super) Credential);

/// The same, where something is asked to change.
pub(super) struct Changing {
    pub(super) asking: Asking,
    pub(super) idempotency: Option<Idempotency>,
}

impl<S: Sync> FromRequestParts<S> for Asking {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        parts.extensions.get().cloned().ok_or_else(|| {
            // A route that the door lets anybody through, and that asks who it is.
            Refusal::new(Code::Unauthorized, "this needs a credential")
        })
    }
}
