"""What the fuzzer asks of a market is put to things that are there: without them, almost all of it is unknown to the market.

What is wrong by the description stays wrong. Which thing stands for a made-up one follows from the made-up one, so that what was
found is found again.
"""

import atexit
import hashlib
import json
import os
import re
import uuid
from collections import Counter, defaultdict
from itertools import count
from pathlib import Path

import schemathesis

MARKET = json.loads(Path("market.json").read_text())
ANSWERS = defaultdict(Counter)
ID = re.compile(r"^([a-z]+)_[a-z2-7]{25}[aeimquy4]$")
AMOUNT = re.compile(r"^[0-9]+(\.[0-9]+)?$")
# What ids begin with, by the place that their things are at.
KINDS = {
    "auth": "key", "users": "usr", "topups": "topup", "orders": "ord", "disputes": "dsp", "withdrawals": "wd",
    "listings": "lst", "offers": "ofr", "transfers": "trf", "webhook-endpoints": "whe", "webhook-deliveries": "whd",
    "admin": "job",
}
# Whoever asks would lock itself out: these are done to spare things alone.
SPARE_ALONE = ["DELETE /v1/auth/api-keys/{id}", "POST /v1/users/{id}/suspend"]
KEY = "Idempotency-Key"
CALLS = count()
# Whose money it is, and what has two sides.
SIDES = {"user_id": 0, "buyer_id": 0, "seller_id": 1, "from_user_id": 0, "to_user_id": 1}


def draw(below, *seed):
    digest = hashlib.sha256(json.dumps(seed, sort_keys=True, default=str).encode()).digest()
    return int.from_bytes(digest[:6], "big") % below


def one_of(things, *seed):
    return things[draw(len(things), "one", *seed)]


def there(kind, route, *seed):
    """The id of something that is there: in two of three cases something that the route is for."""
    meant = MARKET["of_route"].get(route)
    if meant and (route in SPARE_ALONE or draw(3, "meant", *seed) > 0):
        return one_of(meant, *seed)
    return one_of(MARKET["of_kind"][kind], *seed)


def path_value(name, value, route, whole):
    if name == "ref":
        return MARKET["part"] if draw(4, name, route, value, whole) else value
    is_linked = isinstance(value, str) and ID.match(value)
    if is_linked and route not in SPARE_ALONE:
        return value
    is_unknown = draw(16, "unknown", route, value, whole) == 0
    return value if is_unknown else there(KINDS[route.split("/")[2]], route, value, whole)


def put(name, value, route, whole, is_right):
    if isinstance(value, dict):
        kept = {key: put(key, one, route, whole, is_right) for key, one in value.items()}
        if is_right and draw(8, "fit", whole):
            fit(kept, route)
        return kept
    if isinstance(value, list):
        # Parts at random are almost never worth the whole.
        is_left_out = is_right and name == "milestones" and draw(4, whole)
        return [] if is_left_out else [put(name, one, route, whole, is_right) for one in value]
    is_id = isinstance(value, str) and ID.match(value)
    if is_id and name in SIDES:
        return MARKET["kept"][SIDES[name] ^ draw(2, "sides", whole)]
    if is_id and is_id[1] in MARKET["of_kind"]:
        return there(is_id[1], route if name == "listing_id" else "", value)
    if is_right and draw(8, name, whole):
        return meant(name, value)
    return value


def fit(asked, route):
    """Makes the parts of what is asked fit each other: at random they almost never do."""
    asked.pop("expires_at", None)
    if "/offers/{id}/" in route:
        asked["by"] = "BUYER" if route.endswith("withdraw") else "SELLER"
    if route.endswith("/disputes"):
        asked["opened_by"] = "BUYER"
    if "decision" in asked:
        asked["decision"] = "FULL_RELEASE"
        asked.pop("amount_to_buyer", None)
        asked.pop("amount_to_seller", None)


def meant(name, value):
    """What fits what is there, where a made-up value would be refused by itself."""
    if name in ("amount", "price") and isinstance(value, str) and AMOUNT.match(value):
        return MARKET["price"]
    if name == "currency" and isinstance(value, str):
        return "USD"
    if name == "round":
        return 1
    if name == "url":
        return MARKET["receiver"]
    if name == "confirm":
        return True
    if name in ("return_url", "cancel_url") and isinstance(value, str):
        return "https://shop.example.org"
    if name == "types" and isinstance(value, str):
        return "listing.removed"
    if name not in ("", "metadata") and isinstance(value, str) and not value.strip().isprintable():
        return "A word"
    return value


@schemathesis.hook
def before_call(ctx, case, kwargs):
    route = f"{case.method.upper()} {case.operation.path}"
    is_right = case.meta is None or case.meta.generation.mode.is_positive
    if case.path_parameters:
        values = case.path_parameters.items()
        whole = case.body if isinstance(case.body, (dict, list)) else None
        case.path_parameters = {name: path_value(name, value, route, whole) for name, value in values}
    # Keys at random are of no version that is taken, or came before.
    if is_right and KEY in (case.headers or {}):
        digest = hashlib.sha256(str(next(CALLS)).encode()).digest()
        case.headers[KEY] = str(uuid.UUID(bytes=digest[:16], version=4))
    for part in ("query", "body"):
        value = getattr(case, part)
        if isinstance(value, (dict, list)):
            setattr(case, part, put("", value, route, value, is_right))


@schemathesis.hook
def after_call(ctx, case, response):
    # What a place does not take is asked for too.
    if case.method.upper() == case.operation.method.upper():
        route = f"{case.method.upper()} {case.operation.path}"
        ANSWERS[route][response.status_code] += 1
        use_up(route, (case.path_parameters or {}).get("id"), response.status_code)


def use_up(route, thing, status):
    """What a route has done its work on is not meant for it any more, as long as there are others."""
    meant = MARKET["of_route"].get(route, [])
    if 200 <= status < 300 and not route.startswith("GET") and thing in meant and len(meant) > 1:
        meant.remove(thing)


@atexit.register
def tell():
    counts = {route: {str(status): count for status, count in counts.items()} for route, counts in ANSWERS.items()}
    Path(os.environ["PALAVER_ANSWERS"]).write_text(json.dumps(counts))
