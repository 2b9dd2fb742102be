//! What stands in the events of users and of endpoints.

use protocol::{EndpointId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::trade::views::{UserKind, UserStatus};

/// There is a new user.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserCreated {
    /// Which user.
    #[schema(value_type = String)]
    pub user_id: UserId,
    /// What the space calls it.
    pub external_user_id: Option<String>,
    /// Where it is written to.
    pub email: Option<String>,
    /// What it does.
    #[serde(rename = "type")]
    pub kind: UserKind,
    /// How it stands.
    pub status: UserStatus,
}

/// A user may trade again, or not for now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserStatusChanged {
    /// Which user.
    #[schema(value_type = String)]
    pub user_id: UserId,
    /// How it stands.
    pub status: UserStatus,
}

/// An endpoint did nothing but fail for so long that nothing is sent to it any more.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EndpointDisabled {
    /// Which endpoint.
    #[schema(value_type = String)]
    pub endpoint_id: EndpointId,
    /// Since when it has failed.
    pub failing_since: Option<String>,
}
