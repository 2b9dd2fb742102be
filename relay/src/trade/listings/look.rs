//! What is looked at of listings. What is active is everyone's to see; the rest is its seller's and the space's.

use market::machines::ListingStatus;
use protocol::ListingId;

use super::{
    CategoryView, Found, ListingFilter, ListingRow, ListingView, SearchWords, SuggestionView, unknown,
};
use crate::trade::attempt::Reply;
use crate::trade::books::{Books, Seen};
use crate::trade::caller::Caller;
use crate::trade::carry_out::Stop;
use crate::trade::query::Look;

/// Something about listings that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListingQuery {
    /// One.
    One(ListingId),
    /// Some, the newest first.
    Some {
        /// Which of them.
        filter: ListingFilter,
        /// How many at most.
        limit: u32,
    },
    /// Active ones that have these words, the best first.
    Search {
        /// By what.
        words: SearchWords,
        /// Which of them.
        filter: ListingFilter,
        /// What is left of what was found before.
        rest: Option<Found>,
        /// How many at most.
        limit: u32,
    },
    /// Titles that somebody may be about to write.
    Suggestions {
        /// What they wrote.
        words: SearchWords,
        /// How many at most.
        limit: u32,
    },
    /// Categories that have active listings.
    Categories {
        /// Behind which the page begins.
        behind: Option<String>,
        /// How many at most.
        limit: u32,
    },
}

/// Looks something up about listings.
pub(in crate::trade) fn look(look: &Look, books: &impl Books, query: &ListingQuery) -> Result<Reply, Stop> {
    match query {
        ListingQuery::One(listing) => {
            let row = books.listing(*listing)?.filter(|row| is_visible(&look.caller, row));
            Ok(look.one(&ListingView::from(&row.ok_or_else(unknown)?)))
        }
        ListingQuery::Some { filter, limit } => {
            let seen = match visible(&look.caller, filter.clone()) {
                Some(filter) => books.listings(&filter, limit + 1)?,
                None => Seen { rows: Vec::new(), up_to: None },
            };
            Ok(look.page_seen(seen, *limit, |row| row.listing.id, |row| ListingView::from(row)))
        }
        ListingQuery::Search { words, filter, rest, limit } => {
            let Found(mut page) = match rest {
                Some(rest) => rest.clone(),
                None => books.search_listings(words, filter)?,
            };
            let rest = page.split_off(page.len().min(usize::try_from(*limit).unwrap_or(usize::MAX)));
            let rows = books.listings_numbered(&page)?;
            let shown = rows.iter().filter(|row| row.listing.status == ListingStatus::Active);
            let next = (!rest.is_empty()).then(|| Found(rest).to_string());
            Ok(Reply::page(shown.map(ListingView::from).collect(), next, &look.request, look.now))
        }
        ListingQuery::Suggestions { words, limit } => {
            let titles = books.listing_titles(words, *limit)?;
            let shown = titles.into_iter().map(|text| SuggestionView { text }).collect();
            Ok(Reply::page(shown, None::<String>, &look.request, look.now))
        }
        ListingQuery::Categories { behind, limit } => {
            let rows = books.categories(behind.as_deref(), limit + 1)?;
            Ok(look.page(rows, *limit, |row| row.key.clone(), |row| CategoryView::from(row)))
        }
    }
}

/// Whether a caller may see a listing.
pub(in crate::trade) fn is_visible(caller: &Caller, row: &ListingRow) -> bool {
    row.listing.status == ListingStatus::Active || caller.is_party(&[row.listing.seller])
}

/// Those that a caller may see, if there may be any. Where nothing is said, those that can be bought; of a seller that it acts for, all.
fn visible(caller: &Caller, filter: ListingFilter) -> Option<ListingFilter> {
    let acts_for_seller = filter.seller.is_some_and(|seller| caller.is_party(&[seller]));
    let status = filter.status.or((!acts_for_seller).then_some(ListingStatus::Active));
    let is_open = acts_for_seller || status == Some(ListingStatus::Active);
    match *caller {
        Caller::Account { user, .. } if !is_open => {
            filter.seller.is_none().then_some(ListingFilter { seller: Some(user), status, ..filter })
        }
        _ => Some(ListingFilter { status, ..filter }),
    }
}
