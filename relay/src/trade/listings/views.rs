//! What is shown of listings.

use market::Listing;
use market::words::Word;
use protocol::{ListingId, UserId};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{CategoryRow, ListingRow};
use crate::trade::iso;

/// Something on offer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingView {
    /// Its id.
    #[schema(value_type = String, example = "lst_aebagbafaydqqcikbmga2dqpca")]
    pub id: ListingId,
    /// Who offers it.
    #[schema(value_type = String)]
    pub seller_id: UserId,
    /// What it is.
    pub title: String,
    /// What else is said of it.
    pub description: String,
    /// Among what it is found.
    pub category: String,
    /// What it costs.
    #[schema(example = "80.00")]
    pub price: String,
    /// Of what.
    #[schema(example = "USD")]
    pub currency: String,
    /// How far it is.
    #[schema(example = "ACTIVE")]
    pub status: String,
    /// What the space wants to find again.
    #[schema(value_type = Object)]
    pub metadata: Map<String, Value>,
    /// When it was made.
    pub created_at: String,
    /// Since when it is as it is.
    pub updated_at: String,
}

impl From<&ListingRow> for ListingView {
    fn from(row: &ListingRow) -> Self {
        let Listing { id, seller, ref content, status, created_at } = row.listing;
        Self {
            id,
            seller_id: seller,
            title: content.title.as_str().to_owned(),
            description: content.description.as_str().to_owned(),
            category: content.category.as_str().to_owned(),
            price: content.price.plain(),
            currency: content.price.currency.code().to_owned(),
            status: status.as_str().to_owned(),
            metadata: row.metadata.clone(),
            created_at: iso(created_at),
            updated_at: iso(row.updated_at),
        }
    }
}

/// Among what things are found.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryView {
    /// What to ask for as `category`.
    #[schema(example = "home & garden")]
    pub id: String,
    /// How it was first written.
    #[schema(example = "Home & Garden")]
    pub name: String,
    /// How many active listings it has.
    pub listings: u64,
}

impl From<&CategoryRow> for CategoryView {
    fn from(row: &CategoryRow) -> Self {
        Self { id: row.key.clone(), name: row.name.clone(), listings: row.active }
    }
}

/// What somebody may be about to write.
#[derive(Debug, Serialize, ToSchema)]
pub struct SuggestionView {
    /// The title of an active listing.
    pub text: String,
}
