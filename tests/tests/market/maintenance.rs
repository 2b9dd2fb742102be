//! While nothing may be changed.

use e2e::shop::{Shop, id_of};
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

#[test]
fn it_is_shown_who_stopped_changes_and_since_when() {
    let shop = Shop::open();
    let caller = shop.key("support");
    let status = || caller.get("/v1/admin/maintenance/status").data(200).clone();
    let off = json!({ "enabled": false, "message": null, "enabled_at": null, "enabled_by": null });
    assert_eq!(status(), off);
    let enabled = caller.post("/v1/admin/maintenance/enable", &json!({ "message": "Back soon." }));
    let enabled = enabled.data(200);
    assert_eq!(enabled["enabled_by"], id_of(&caller.get("/v1/me").data(200)["api_key"]));
    assert!(enabled["enabled_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(&status(), enabled);
    shop.operate(&["maintenance", "enable", "Back later."]).unwrap();
    assert_eq!(status()["enabled_by"], "operator");
    assert_eq!(caller.post("/v1/admin/maintenance/disable", &json!({})).data(200), &off);
}
