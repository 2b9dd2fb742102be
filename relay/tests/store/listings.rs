//! What every store must do for listings: who finds them, and by what.

use market::machines::ListingStatus;
use protocol::{Currency, ListingId};
use relay::store::Store;
use relay::trade::{
    Command, Found, ListingDecision, ListingFilter, ListingPatch, ListingQuery, Query, category_key,
};
use serde_json::Value;

use crate::kept::Kept;
use crate::shop::*;

pub(crate) async fn a_listing_is_found_by_all_of_its_words_as_long_as_it_can_be_bought<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let seller = shop.user("seller").await;
    let desk = shop.listing(seller, "A standing desk", "Office", "80.00").await;
    let lamp = shop.listing(seller, "A desk lamp", "Home & Garden", "20.00").await;
    let found = async |words: &str| sorted(search(&shop, words, ListingFilter::default()).await);
    let both = sorted([desk, lamp].map(|listing| listing.to_string()).to_vec());
    assert_eq!(found("desk").await, both);
    assert_eq!(found("DESK stand").await, [desk.to_string()], "the last may be the beginning of one");
    assert_eq!(found("garden").await, [lamp.to_string()]);
    assert_eq!(found("desk chair").await, Vec::<String>::new());
    assert_eq!(found("").await, Vec::<String>::new());
    let decide = async |decision| shop.ask(Command::DecideListing { listing: desk, decision }).await;
    for (decision, word, is_found) in [
        (ListingDecision::Pause, "standing", false),
        (ListingDecision::Resume, "standing", true),
        (ListingDecision::Edit(titled("A kitchen table")), "standing", false),
        (ListingDecision::Edit(titled("A kitchen table")), "kitchen", true),
        (ListingDecision::Remove, "kitchen", false),
    ] {
        decide(decision).await;
        assert_eq!(found(word).await, if is_found { vec![desk.to_string()] } else { vec![] }, "{word}");
    }
    assert_eq!(found("lamp").await, [lamp.to_string()]);
}

pub(crate) async fn the_best_is_found_first_and_a_search_goes_on_where_its_page_ended<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let seller = shop.user("seller").await;
    let mut listings = Vec::new();
    for title in ["A chair", "A desk", "A lamp", "A shelf", "A rug"] {
        listings.push(shop.listing(seller, title, "Desk", "10.00").await);
    }
    let words = "desk".parse::<relay::trade::SearchWords>().unwrap();
    let filter = ListingFilter::default();
    let page = async |rest: Option<Found>| {
        let query = ListingQuery::Search { words: words.clone(), filter: filter.clone(), rest, limit: 2 };
        let look = shop.look_as(relay::trade::Caller::Operator, Query::Listings(query)).await;
        let next = look.body["meta"]["pagination"]["next_cursor"].as_str().map(|next| next.parse().unwrap());
        (ids(&look.data()), next)
    };
    let (mut all, mut next) = page(None).await;
    assert_eq!(all[0], listings[1].to_string(), "a word of the title is worth more than one of the category");
    // What is made meanwhile moves nothing.
    shop.listing(seller, "Another desk", "Desk", "10.00").await;
    while let Some(rest) = next {
        let (more, then) = page(Some(rest)).await;
        all.extend(more);
        next = then;
    }
    assert_eq!(sorted(all), sorted(listings.iter().map(ToString::to_string).collect()));
}

pub(crate) async fn listings_are_listed_by_seller_category_state_and_price_the_newest_first<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let [ana, ben] = [shop.user("ana").await, shop.user("ben").await];
    let mut listings = Vec::new();
    for (seller, category, price) in
        [(ana, "Home", "10.00"), (ben, "Office", "20.00"), (ana, "HOME ", "30.00"), (ben, "home", "40.00")]
    {
        listings.push(shop.listing(seller, "A thing", category, price).await);
        shop.pass(1);
    }
    let listing = listings[3];
    shop.ask(Command::DecideListing { listing, decision: ListingDecision::Pause }).await;
    let all = ListingFilter::default();
    let of = |places: &[usize]| places.iter().map(|place| listings[*place].to_string()).collect::<Vec<_>>();
    let price = |from, to| Some((Currency::Usd, from..=to));
    for (filter, expected) in [
        (all.clone(), [2, 1, 0].as_slice()),
        (ListingFilter { seller: Some(ana), ..all.clone() }, &[2, 0]),
        (ListingFilter { seller: Some(ben), ..all.clone() }, &[3, 1]),
        (ListingFilter { status: Some(ListingStatus::Paused), ..all.clone() }, &[3]),
        (ListingFilter { category: Some(category_key("home")), ..all.clone() }, &[2, 0]),
        (ListingFilter { price: price(1_000, 2_000), ..all.clone() }, &[1, 0]),
        (ListingFilter { price: price(2_001, 2_999), ..all.clone() }, &[]),
        (ListingFilter { behind: Some(listings[2]), ..all.clone() }, &[1, 0]),
    ] {
        assert_eq!(some(&shop, filter.clone(), ALL).await, (of(expected), false), "{filter:?}");
        let searched = sorted(search(&shop, "thing", filter.clone()).await);
        // A search finds what can be bought, from its beginning.
        if filter.behind.is_none() && !expected.contains(&3) {
            assert_eq!(searched, sorted(of(expected)), "{filter:?}");
        }
    }
    assert_eq!(some(&shop, all, 2).await, (of(&[2, 1]), true));
}

pub(crate) async fn a_category_is_there_as_long_as_something_can_be_bought_in_it<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let seller = shop.user("seller").await;
    let mut listings = Vec::new();
    for category in ["Office", "Home & Garden", "home  & garden", "Art"] {
        listings.push(shop.listing(seller, "A thing", category, "10.00").await);
    }
    let categories = async |behind: Option<&str>, limit| {
        let behind = behind.map(str::to_owned);
        let shown = shop.see(Query::Listings(ListingQuery::Categories { behind, limit })).await;
        let each =
            |shown: &Value| (shown["name"].as_str().unwrap().to_owned(), shown["listings"].as_u64().unwrap());
        shown.as_array().unwrap().iter().map(each).collect::<Vec<_>>()
    };
    let [art, home, office] =
        [("Art", 1), ("Home & Garden", 2), ("Office", 1)].map(|(name, count)| (name.to_owned(), count));
    assert_eq!(categories(None, ALL).await, [art.clone(), home.clone(), office.clone()]);
    assert_eq!(categories(None, 2).await, [art.clone(), home.clone()]);
    assert_eq!(categories(Some("home & garden"), ALL).await, std::slice::from_ref(&office));
    for (place, left) in [(1, 1), (2, 0)] {
        let listing = listings[place];
        shop.ask(Command::DecideListing { listing, decision: ListingDecision::Pause }).await;
        let home = (left > 0).then(|| (home.0.clone(), left));
        let expected: Vec<_> =
            [Some(art.clone()), home, Some(office.clone())].into_iter().flatten().collect();
        assert_eq!(categories(None, ALL).await, expected);
    }
}

pub(crate) async fn titles_that_somebody_may_be_about_to_write_are_suggested_once<K: Kept>() {
    let kept = K::anew();
    let shop = Shop::of(kept.space());
    let seller = shop.user("seller").await;
    for title in ["A desk", "A desk lamp", "A desk"] {
        shop.listing(seller, title, "Home", "10.00").await;
        shop.pass(1);
    }
    let gone = shop.listing(seller, "A despot", "Home", "10.00").await;
    shop.ask(Command::DecideListing { listing: gone, decision: ListingDecision::Remove }).await;
    let words = "des".parse().unwrap();
    let query = Query::Listings(ListingQuery::Suggestions { words, limit: 5 });
    let (titles, _) = shop.list(query, "text").await;
    assert_eq!(titles, ["A desk", "A desk lamp"], "the newest first");
}

fn titled(title: &str) -> ListingPatch {
    ListingPatch { title: Some(title.to_owned()), ..ListingPatch::default() }
}

async fn some<S: Store>(shop: &Shop<S>, filter: ListingFilter, limit: u32) -> (Vec<String>, bool) {
    shop.list(Query::Listings(ListingQuery::Some { filter, limit }), "id").await
}

async fn search<S: Store>(shop: &Shop<S>, words: &str, filter: ListingFilter) -> Vec<String> {
    let words = words.parse().unwrap();
    let query = ListingQuery::Search { words, filter, rest: None, limit: ALL };
    ids(&shop.see(Query::Listings(query)).await)
}

fn ids(shown: &Value) -> Vec<String> {
    shown.as_array().unwrap().iter().map(id_of::<ListingId>).map(|listing| listing.to_string()).collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}
