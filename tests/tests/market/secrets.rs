//! What opens something is told to whoever it was made for, this once, and stands nowhere else.

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use e2e::raw::{Member, Socket, ready};
use e2e::receiver::{Manner, Receiver};
use e2e::shop::{Answer, Caller, Shop, id_of};
use protocol::Bytes;
use serde_json::json;
use ureq::http::Method;

use crate::webhooks::{endpoint, path_of, settled, user};

/// What was made and what was refused since a relay was started.
#[derive(Default)]
struct Told {
    /// Bytes that open something, and what they are.
    secrets: Vec<(&'static str, Vec<u8>)>,
    /// The same as they are shown.
    shown: Vec<String>,
    /// What was said of it when it was shown where it opens nothing.
    refusals: Vec<String>,
}

#[tokio::test]
async fn nothing_that_opens_anything_is_in_logs_in_the_audit_log_or_in_refusals() {
    let settings = [("PALAVER_RELAY_LOG", "debug"), ("PALAVER_RELAY_WEBHOOKS_ALLOW_PRIVATE", "true")];
    let shop = Shop::open_with(&settings);
    let caller = shop.key("read,write,support");
    let mut told = Told::default();
    told.credential("the operator's key", &caller);
    told.sessions(&shop).await;
    told.keys_and_tokens(&shop, &caller);
    let lists = told.webhooks(&shop, &caller);
    told.misplace(&shop, &caller);
    let log = shop.relay.log();
    assert!(log.contains("DEBUG") && log.contains("/v1/auth/api-keys/{id}/token"), "all is said that can be");
    let export = shop.operate(&["audit", "export"]).unwrap();
    for action in ["API_KEY_CREATE", "API_TOKEN_CREATE", "WEBHOOK_SECRET_ROTATE", "TOPUP_CREATE"] {
        assert!(export.contains(action), "{action}");
    }
    let texts = [
        ("the log", log),
        ("the export", export),
        ("the audit log", caller.get("/v1/audit/logs?limit=100").text),
        ("the metrics", caller.get("/metrics").text),
        ("a list", lists),
        ("a refusal", told.refusals.join("\n")),
    ];
    // What is found is a secret: what it is and where it stands is said here, and no more.
    let found = told.secrets.iter().flat_map(|(what, secret)| {
        let forms = forms(secret);
        let stands = move |text: &String| forms.iter().any(|form| text.contains(form));
        texts.iter().filter(move |(_, text)| stands(text)).map(move |(place, _)| (*what, *place))
    });
    assert_eq!(found.collect::<Vec<_>>(), []);
}

impl Told {
    /// Whatever somebody shows.
    fn credential(&mut self, what: &'static str, caller: &Caller) {
        let (_, secret) = caller.credential().rsplit_once('_').unwrap();
        self.secrets.push((what, HEXLOWER.decode(secret.as_bytes()).unwrap()));
        self.shown.push(caller.credential().to_owned());
    }

    fn refused(&mut self, answer: Answer) {
        assert!((400..500).contains(&answer.status), "{}", answer.status);
        self.refusals.push(answer.text);
    }

    /// Sessions of a device: begun, used, taken up again, shown wrongly and ended.
    async fn sessions(&mut self, shop: &Shop) {
        let mut member = Member::join_at(shop.relay.address()).await;
        let device = member.person.device();
        let account = shop.account(device, &member.session_token);
        let user = account.get("/v1/me").data(200)["account"]["user_id"].clone();
        let top_up = json!({
            "user_id": user, "amount": "5.00", "currency": "USD", "return_url": "https://shop.example.org",
        });
        account.post("/v1/topups", &top_up).data(201);
        self.credential("a session token", &account);
        self.secrets.push(("a resume token", member.resume_token.to_vec()));
        let mut socket = Socket::open(shop.relay.address()).await;
        let resumed = ready(socket.resume(&member.resume_token).await);
        self.credential("a later session token", &shop.account(device, &resumed.session_token));
        self.secrets.push(("a later resume token", resumed.resume_token.to_vec()));
        for wrong in [altered(&resumed.resume_token), resumed.session_token.clone()] {
            let refused = Socket::open(shop.relay.address()).await.resume(&wrong).await;
            self.refusals.push(format!("{refused:?}"));
        }
        self.secrets.push(("a wrong resume token", altered(&resumed.resume_token).to_vec()));
        for wrong in [altered(&resumed.session_token), resumed.resume_token.clone()] {
            self.refused(shop.account(device, &wrong).get("/v1/me"));
        }
        self.secrets.push(("a wrong session token", altered(&resumed.session_token).to_vec()));
        let revocation = member.person.revocation();
        socket.ask(revocation).await;
        self.refused(shop.account(device, &resumed.session_token).get("/v1/me"));
    }

    /// A key and a token made from it: used, and shown once they open nothing.
    fn keys_and_tokens(&mut self, shop: &Shop, caller: &Caller) {
        let new = json!({ "name": "till", "scopes": ["read", "write"] });
        let made = caller.post("/v1/auth/api-keys", &new);
        let path = format!("/v1/auth/api-keys/{}", id_of(made.data(201)));
        let key = shop.caller(made.data(201)["api_key"].as_str());
        let made = key.post(&format!("{path}/token"), &json!({ "ttl_seconds": 60 }));
        let token = shop.caller(made.data(201)["token"].as_str());
        assert!(token.credential().starts_with("plv_tok_"));
        for (what, caller) in [("a key", &key), ("a token", &token)] {
            self.credential(what, caller);
            user(caller, what);
        }
        // What it has made once it makes no more of.
        self.refused(token.post(&format!("{path}/token"), &json!({})));
        caller.delete(&path).data(200);
        self.refused(key.get("/v1/users"));
        self.refused(token.get("/v1/users"));
    }

    /// Secrets of webhooks, by which somebody was told something, in vain too. Everything that lists what there is, in one text.
    fn webhooks(&mut self, shop: &Shop, caller: &Caller) -> String {
        let receiver = Receiver::open(|count, _| Manner::Answer(if count == 0 { 500 } else { 200 }));
        let made = endpoint(caller, &receiver.url(), &["user.created"]);
        let mut add = |what, secret: &str| {
            let bytes = secret.strip_prefix("whsec_").unwrap().as_bytes();
            self.secrets.push((what, BASE64.decode(bytes).unwrap()));
            self.shown.push(secret.to_owned());
        };
        add("a webhook's secret", made["secret"].as_str().unwrap());
        user(caller, "told");
        receiver.next();
        let rotated = caller.post(&format!("{}/rotate-secret", path_of(&made)), &json!({}));
        add("a webhook's later secret", rotated.data(200)["secret"].as_str().unwrap());
        user(caller, "told too");
        receiver.next();
        settled(caller, &made, 2);
        let deliveries = format!("{}/deliveries", path_of(&made));
        let paths = ["/v1/webhook-endpoints", "/v1/auth/api-keys", "/v1/me", &path_of(&made), &deliveries];
        let jobs = shop.operate(&["jobs", "list", "--json"]).unwrap();
        let keys = shop.operate(&["keys", "list", "--json"]).unwrap();
        paths.map(|path| caller.get(path).text).concat() + &jobs + &keys
    }

    /// Everything that was shown stands once where something else is expected.
    fn misplace(&mut self, shop: &Shop, caller: &Caller) {
        for secret in self.shown.clone() {
            let answers = [
                shop.caller(Some(&format!("{secret}0"))).get("/v1/me"),
                shop.caller(Some(&secret.to_uppercase())).get("/v1/me"),
                caller.get(&format!("/v1/{secret}")),
                caller.get(&format!("/v1/orders/{secret}")),
                caller.get(&format!("/v1/orders?status={secret}")),
                caller.get(&format!("/v1/audit/logs?cursor={secret}")),
                caller.post("/v1/users", &json!({ "external_user_id": "one", "type": secret })),
                caller.post("/v1/users", &json!({ "external_user_id": [secret], "type": "both" })),
                caller.post("/v1/users", &json!({ "external_user_id": "one", "type": "both", &secret: 1 })),
                caller.post("/v1/auth/api-keys", &json!({ "name": "till", "scopes": [secret] })),
                caller.post("/v1/webhook-endpoints", &json!({ "url": secret, "types": ["*"] })),
                caller.ask(Method::POST, "/v1/users", Some(&secret), "{}"),
                caller.ask(Method::POST, "/v1/users", None, &format!("{{\"{secret}")),
            ];
            answers.into_iter().for_each(|answer| self.refused(answer));
        }
    }
}

/// What opens nothing, and is nearly what does.
fn altered(token: &[u8]) -> Bytes {
    let mut token = token.to_vec();
    token[0] ^= 1;
    token.into()
}

/// Every way that a program might write bytes down.
fn forms(secret: &[u8]) -> Vec<String> {
    assert_eq!(secret.len(), 32);
    let list = format!("{secret:?}");
    let text = format!("{:?}", Bytes::copy_from_slice(secret));
    let text = text.trim_start_matches("b\"").trim_end_matches('"');
    let in_json = text.replace('\\', "\\\\");
    let encodings = [HEXLOWER, HEXUPPER, BASE64_NOPAD, BASE64URL_NOPAD];
    let encoded = encodings.iter().map(|encoding| encoding.encode(secret));
    encoded.chain([list.trim_matches(['[', ']']).to_owned(), text.to_owned(), in_json]).collect()
}
