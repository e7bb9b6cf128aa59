"""Webhook deliveries: signed, retried with growing pauses, never sent again once answered.

Signature: `X-Beishen-Signature: t=<unix seconds>,v1=<hex>` where v1 is HMAC-SHA256 with the webhook's secret over
`<t>.<delivery id>.<body>`. A receiver checks the signature, refuses a t older than five minutes, and remembers
delivery ids (`X-Beishen-Delivery`) it has seen: so a delivery played again changes nothing.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass

import httpx

from ..office.desk import SYSTEM, Office
from ..office.webhooks import addresses
from ..store.tables import Account, Delivery, Webhook

# Seconds before the second, third, ... try: about a day in all.
PAUSES = (5, 30, 120, 600, 3600, 21_600, 57_600)
TIMEOUT = httpx.Timeout(10.0, connect=5.0)


@dataclass(frozen=True, slots=True)
class Parcel:
    """What to send where; None for a delivery that is done, or whose webhook was removed or its account closed."""

    url: str
    secret: str
    body: bytes


def open_parcel(office: Office, delivery_id: str) -> Parcel | None:
    """The parcel of a delivery still to be made."""
    with office.look(SYSTEM) as desk:
        delivery = desk.session.get(Delivery, delivery_id)
        hook = desk.session.get(Webhook, delivery.webhook_id) if delivery else None
        if delivery is None or hook is None or not hook.active or delivery.state != "queued":
            return None
        if not desk.session.get_one(Account, hook.account_id).active:
            return None
        body = json.dumps({"id": delivery_id, **delivery.payload}, ensure_ascii=False, sort_keys=True)
        return Parcel(hook.url, hook.secret, body.encode())


def send(office: Office, delivery_id: str) -> bool:
    """One try; True where nothing more is to be done. Any 2xx answer is acceptance; redirects are not followed."""
    parcel = open_parcel(office, delivery_id)
    if parcel is None:
        return True
    stamp = str(int(office.clock().timestamp()))
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Beishen-Delivery": delivery_id,
        "X-Beishen-Signature": f"t={stamp},v1={signature(parcel.secret, stamp, delivery_id, parcel.body)}",
    }
    status = _posted(parcel, headers)
    done = 200 <= status < 300
    with office.desk(SYSTEM) as desk:
        row = desk.session.get_one(Delivery, delivery_id)
        row.attempts, row.answer = row.attempts + 1, status
        if done:
            row.state, row.finished = "done", desk.now
    return done


def _posted(parcel: Parcel, headers: dict[str, str]) -> int:
    """The status of the answer, 0 for none: nobody there, or an address that nothing is sent to."""
    try:
        url = httpx.URL(parcel.url)
        found = addresses(url.host)
    except (httpx.InvalidURL, OSError, UnicodeError):
        return 0
    for address in found:
        try:
            return _post(url, address, parcel.body, headers)
        except httpx.ConnectError:
            continue
        except (httpx.HTTPError, OSError, UnicodeError):
            return 0
    return 0


def _post(url: httpx.URL, address: str, body: bytes, headers: dict[str, str]) -> int:
    """Post to the very address that was looked at; the name goes into the Host header and the check of the certificate.

    Asked for once more, the name could have moved to an address that nothing is sent to (DNS rebinding).
    """
    named = headers | {"Host": url.netloc.decode("ascii")}
    with httpx.Client(timeout=TIMEOUT) as client:
        where = url.copy_with(host=address)
        return client.post(where, content=body, headers=named, extensions={"sni_hostname": url.host}).status_code


def give_up(office: Office, delivery_id: str) -> None:
    """Mark a delivery as failed after its last try."""
    with office.desk(SYSTEM) as desk:
        row = desk.session.get(Delivery, delivery_id)
        if row is not None and row.state == "queued":
            row.state, row.finished = "failed", desk.now


def signature(secret: str, stamp: str, delivery_id: str, body: bytes) -> str:
    """The hex HMAC of a delivery, for sender and receiver alike."""
    return hmac.new(secret.encode(), f"{stamp}.{delivery_id}.".encode() + body, hashlib.sha256).hexdigest()
