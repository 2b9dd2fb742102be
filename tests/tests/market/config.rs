//! What a relay says that it offers.

use e2e::shop::{Caller, Shop, id_of};
use serde_json::{Value, json};

#[test]
fn amounts_are_taken_up_to_the_bounds_that_are_shown_and_no_further_in_each_currency() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let user = caller.user("one");
    let config = caller.get("/v1/config").data(200).clone();
    let currencies = config["currencies"].as_array().unwrap();
    let bounds = config["limits"]["amounts"].as_array().unwrap();
    assert_eq!(currencies.len(), bounds.len());
    for (currency, bounds) in currencies.iter().zip(bounds) {
        assert_eq!(currency["code"], bounds["currency"]);
        let [least, most] = ["min", "max"].map(|end| bounds["topup"][end].as_str().unwrap());
        let beyond = format!("9{most}");
        let refused = top_up(&caller, &user, &beyond, currency);
        refused.assert_refused(400, "INVALID_AMOUNT");
        let details = json!({ "currency": currency["code"], "min": least, "max": most });
        assert_eq!(refused.body["error"]["details"], details, "whoever shows it says what may be asked for");
        for within in [least, most] {
            let made = id_of(top_up(&caller, &user, within, currency).data(201));
            caller.post(&format!("/v1/topups/{made}/cancel"), &json!({})).data(200);
        }
    }
    let yen = bounds.iter().find(|bounds| bounds["currency"] == "JPY").unwrap();
    assert_eq!(yen["order"], json!({ "min": "100", "max": "7500000" }));
}

#[test]
fn what_can_be_done_how_long_things_last_and_whose_word_is_enough_is_shown() {
    for (rule, settings) in [(false, &[][..]), (true, &[("PALAVER_RELAY_TWO_PERSON_RULE", "true")][..])] {
        let shop = Shop::open_with(settings);
        let config = shop.key("read").get("/v1/config").data(200).clone();
        assert_eq!(
            config["providers"],
            json!({ "manual": { "status": "available", "two_person_rule": rule } })
        );
        assert_eq!(config["features"]["listings"], true);
        assert_eq!(config["features"]["partial_release"], false);
        assert_eq!(config["limits"]["reserve_seconds"], 7 * 24 * 60 * 60);
        assert_eq!(config["limits"]["offer_seconds"], 3 * 24 * 60 * 60);
    }
}

fn top_up(caller: &Caller, user: &str, amount: &str, currency: &Value) -> e2e::shop::Answer {
    let body = json!({
        "user_id": user, "amount": amount, "currency": currency["code"], "return_url": "https://shop.example.org",
    });
    caller.post("/v1/topups", &body)
}
