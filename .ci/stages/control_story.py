#!/usr/bin/env python3
"""A payment's whole story, driven from another language through the control plane.

Nothing but the standard library: it makes a world, signs a card by the code in the inbox, charges while a
fault eats the answer, does what a client must not do, and is told so; steps the clock, verifies, reads the
story, carries the world away as a file, forks it, and deletes what it made.

usage: control_story.py CONTROL_URL PROTOCOL_URL [TOKEN]
"""
import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.error
import urllib.request
import uuid

CONTROL, PROTOCOL = sys.argv[1].rstrip("/"), sys.argv[2].rstrip("/")
TOKEN = sys.argv[3] if len(sys.argv) > 3 else ""
START = "2018-06-06T11:30:00Z"


def call(base, method, path, body=None, headers=None):
    """Sends a request; gives status, raw body and headers. A lost answer is status 0."""
    request = urllib.request.Request(base + path, data=body, method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read(), refused.headers
    except (urllib.error.URLError, ConnectionError, OSError):
        return 0, b"", {}


def control(method, path, body=None, want=200, raw=None):
    headers = {"Content-Type": "application/json"} if body is not None or raw is not None else {}
    if TOKEN:
        headers["Authorization"] = "Bearer " + TOKEN
    data = raw if raw is not None else None if body is None else json.dumps(body).encode()
    status, text, _ = call(CONTROL, method, path, data, headers)
    assert status == want, f"{method} {path}: {status}, wanted {want}: {text[:300]!r}"
    return json.loads(text) if text[:1] in (b"{", b"[") else text


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Member:
    """A merchant's platform at one channel: signs what it asks for with HS256."""

    def __init__(self, world, kind):
        self.world = world
        self.channel = next(c for c in world["channels"]
                            if c["profile"]["kind"] == kind and c["profile"]["signature_alg"] == "HS256")
        self.member = next(m for m in world["members"] if m["channel_id"] == self.channel["channel_id"])
        self.no = self.member["member_no"]

    def now(self):
        text = control("GET", f"/v1/worlds/{self.world['world_id']}/clock")["now"]
        return int(time.mktime(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))) - time.timezone

    def send(self, method, path, body=None):
        raw = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        target = self.channel["base_path"] + path
        key = self.member["request_key"]
        head = b64(json.dumps({
            "alg": "HS256", "kid": key["kid"], "b64": False, "crit": ["b64"], "iat": self.now(), "jti": uuid.uuid4().hex,
            "aud": self.channel["channel_id"], "method": method, "target": target,
        }).encode())
        secret = base64.b64decode(key["material"] + "=" * (-len(key["material"]) % 4))
        signature = b64(hmac.new(secret, head.encode() + b"." + raw, hashlib.sha256).digest())
        status, text, headers = call(PROTOCOL, method, target, raw or None, {
            "Content-Type": "application/json", "Countersign-Signature": head + ".." + signature})
        if status:
            self.check(headers["Countersign-Signature"], text)
        return status, json.loads(text) if text else None

    def check(self, line, body):
        """The answer must be signed with the channel's reply key."""
        head, _, signature = line.partition("..")
        key = self.member["reply_key"]["material"]
        secret = base64.b64decode(key + "=" * (-len(key) % 4))
        assert hmac.compare_digest(b64(hmac.new(secret, head.encode() + b"." + body, hashlib.sha256).digest()), signature), \
            "the answer's signature does not hold"


def charge(member, order, agreement, amount):
    return member.send("POST", "/v1/charges", {
        "member_no": member.no, "order_no": order, "order_time": START, "payer_ref": "payer_1", "amount": amount, "currency": "CNY",
        "agreement_no": agreement, "expires_at": "2018-06-06T18:00:00Z"})


def main():
    made = []
    try:
        story(made)
    finally:
        for world in made:
            call(CONTROL, "DELETE", "/v1/worlds/" + world, headers={"Authorization": "Bearer " + TOKEN} if TOKEN else {})


def story(made):
    world = control("POST", "/v1/worlds", {"seed": 7, "clock": {"mode": "virtual", "start": START}, "ttl_seconds": 600}, want=201)
    made.append(world["world_id"])
    at = "/v1/worlds/" + world["world_id"]
    member, card = Member(world, "agreement_bank"), world["people"][0]

    # Signing: the code is in the inbox.
    status, signing = member.send("POST", "/v1/signings", {
        "member_no": member.no, "sign_no": "sgn_0001", "payer_ref": "payer_1", "elements": card["elements"]})
    assert status == 200 and signing["status"] == "code_sent", (status, signing)
    inbox = control("GET", at + "/inbox?about=signing&wait_ms=2000")
    code = inbox["messages"][0]["code"]
    status, signing = member.send("POST", "/v1/signings/sgn_0001/confirm", {"member_no": member.no, "code": code})
    assert signing["status"] == "signed", signing
    agreement = signing["agreement"]["agreement_no"]
    snapshot = control("POST", at + "/snapshots", {}, want=201)["snapshot_id"]
    file = control("GET", at + "/file")

    # A rule that could have no effect is refused with the member that is wrong; a good one strikes once.
    refused = control("POST", at + "/faults", {"effect": "sms_lose", "operation": "refund"}, want=422)
    assert refused["field"] == "/operation" and refused["hint"], refused
    fault = control("POST", at + "/faults", {"effect": "withhold_reply", "operation": "charge", "times": 1}, want=201)["fault_id"]
    assert charge(member, "ord_0001", agreement, 10000)[0] == 0, "the answer was to be lost"
    assert control("GET", f"{at}/faults/{fault}")["hits"] == 1

    # The mistake: a new order instead of a question.
    status, second = charge(member, "ord_0002", agreement, 10000)
    assert second["status"] == "succeeded", second
    verdict = control("GET", at + "/verdicts")["verdicts"][0]
    assert verdict["verdict"] == "charged_again_while_unknown" and verdict["clause"].startswith("PF-") and verdict["rows"], verdict

    # Time: what is due happens, and the clock never goes back.
    moved = control("POST", at + "/clock", {"by_ms": 600000})
    assert moved["settled"] and moved["now"] == "2018-06-06T11:40:00Z", moved
    control("POST", at + "/clock", {"to": START}, want=422)

    # What happened, held against what should have.
    wanted = {"subject": "ledger", "match": {"kind": "debit", "amount": 10000}, "count": {"exactly": 1}}
    judged = control("POST", at + "/verify", wanted)
    assert not judged["held"] and judged["found"] == 2, judged
    wanted = {"subject": "ledger", "match": {"kind": "debit", "amount": 9900, "number": "ord_0002"}, "count": {"exactly": 1}}
    miss = control("POST", at + "/verify", wanted)["near_misses"][0]["differs"]
    assert miss == [{"field": "amount", "wanted": "9900", "found": "10000"}], miss
    steps = control("GET", at + "/story/ord_0001")["steps"]
    assert any(s.get("lost") for s in steps), steps
    assert b"sequenceDiagram" in control("GET", at + "/story/ord_0001?format=mermaid")
    assert b"<svg" in control("GET", at + "/story/ord_0001?format=svg")

    # A fork goes its own way; the file makes a world that knows the agreement; the snapshot takes all back.
    fork = control("POST", at + "/fork", {}, want=201)
    made.append(fork["world_id"])
    twin = Member(fork, "agreement_bank")
    assert twin.no != member.no and charge(twin, "ord_0003", agreement, 500)[1]["status"] == "succeeded"
    copy = control("POST", "/v1/worlds/import?world_id=" + world["world_id"] + "-copy", raw=json.dumps(file).encode(), want=201)
    made.append(copy["world_id"])
    assert charge(Member(copy, "agreement_bank"), "ord_0001", agreement, 700)[1]["status"] == "succeeded"
    file["state"]["seed"] = 8
    control("POST", "/v1/worlds/import?world_id=spoilt", raw=json.dumps(file).encode(), want=422)
    control("GET", "/v1/worlds/spoilt", want=404)
    assert len(control("GET", at + "/truth")["ledger"]) == 2
    control("POST", f"{at}/snapshots/{snapshot}/restore")
    assert control("GET", at + "/truth")["ledger"] == []

    # A card that could be somebody's is not taken.
    real = dict(card["elements"], card_number="6222021234567890123")
    refused = control("POST", at + "/cards", {"elements": real}, want=422)
    assert refused["code"] == "not_test_data" and "6222021234567890123" not in json.dumps(refused), refused
    for name in list(made):
        control("DELETE", "/v1/worlds/" + name, want=204)
        control("GET", "/v1/worlds/" + name, want=404)
        made.remove(name)
    print("the story was told through the control plane alone")


if __name__ == "__main__":
    main()
