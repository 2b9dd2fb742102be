//! While nothing may be changed.

use e2e::shop::Shop;
use serde_json::json;

#[test]
fn while_it_is_on_everything_can_be_looked_at_and_nothing_changed() {
    let shop = Shop::open();
    let caller = shop.key("read,write,support");
    let elsewhere = shop.key_in("other", "write");
    let user = |name: &str| json!({ "external_user_id": name, "type": "both" });
    caller.post("/v1/users", &user("one")).data(201);
    caller.post("/v1/admin/maintenance/enable", &json!({ "message": "Back at 14:00 UTC." })).data(200);
    let refused = caller.post("/v1/users", &user("two"));
    refused.assert_refused(503, "MAINTENANCE_MODE");
    assert_eq!(refused.body["error"]["message"], "Back at 14:00 UTC.");
    assert_eq!(caller.get("/v1/users").data(200).as_array().unwrap().len(), 1);
    elsewhere.post("/v1/users", &user("two")).data(201);
    assert_eq!(shop.operate(&["maintenance", "status"]).unwrap().trim(), "on: Back at 14:00 UTC.");
    assert_eq!(shop.operate(&["maintenance", "disable"]).unwrap().trim(), "off");
    caller.post("/v1/users", &user("two")).data(201);
}
