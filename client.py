"""A small typed client of the HTTP API for document systems: `beishen.client.Client`.

    with Client("https://beishen.gov.internal", key) as beishen:
        filed = beishen.file([Path("办法.docx")], request="oa-2026-0077")
        job = beishen.wait(filed["job"]["id"])
        report = beishen.report(job["id"])

Answers are the API's own JSON as dictionaries (`/v1/openapi.json` describes them). A problem becomes `Problem` with
its stable `code`; a connection that fails is tried again for requests that may be repeated.
"""

import hashlib
import hmac
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

TRIES = 4
_AGAIN = (429, 502, 503, 504)


class Problem(Exception):
    """What the service refused (RFC 9457): `code` is stable, `detail` and `remedy` are for people."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(body.get("code", "error.unknown"))
        self.detail = str(body.get("detail", ""))
        self.remedy = str(body.get("remedy", ""))
        self.request_id = str(body.get("request_id", ""))
        super().__init__(f"[{self.code}] {self.detail}" + (f"。{self.remedy}" if self.remedy else ""))


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send: its name with extension, its bytes, the material it is (empty: recognised)."""

    name: str
    data: bytes
    role: str = ""


class Client:
    """One connection pool to one service; close it or use `with`. Safe to share between threads."""

    def __init__(self, url: str, key: str, timeout: float = 70.0, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout, transport=transport)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def me(self) -> dict[str, Any]:
        """Account, roles and scopes of the key."""
        return self._json("GET", "/v1/me")

    def review(self, text: str, **facts: str) -> dict[str, Any]:
        """The report on a short text, at once. `facts`: title, issuer, level, instrument, as_of."""
        return self._json("POST", "/v1/review", json={"text": text} | facts)

    def ask(self, file: Upload | Path, request: str = "", **facts: str) -> dict[str, Any]:
        """Ask for a review of a file without filing it; the job. `request` makes a repetition harmless."""
        return self._send("/v1/reviews", [file], request, facts)

    def file(self, files: Sequence[Upload | Path], request: str = "", **facts: Any) -> dict[str, Any]:
        """File a document with its materials; filing and job. `facts`: title, number, organ_id, published, …"""
        return self._send("/v1/filings", files, request, facts)

    def resubmit(
        self, filing: int, files: Sequence[Upload | Path], request: str = "", note: str = ""
    ) -> dict[str, Any]:
        """A new version of the document of a filing."""
        return self._send(f"/v1/filings/{filing}/versions", files, request, {"note": note} if note else {})

    def wait(self, job: str, seconds: float = 600.0) -> dict[str, Any]:
        """The job when it has ended, or as it stands when the time is over."""
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            found = self._json("GET", f"/v1/reviews/{job}", params={"wait": max(0, min(30, int(left)))})
            if found["state"] in ("done", "failed") or left <= 0:
                return found

    def report(self, job: str) -> dict[str, Any]:
        """The report of a job."""
        return self._json("GET", f"/v1/reviews/{job}/report")

    def report_file(self, job: str, form: str = "html") -> bytes:
        """The report as a file: html, or docx (annotated copy)."""
        return self._call("GET", f"/v1/reviews/{job}/report", params={"format": form}).content

    def filing(self, filing: int) -> dict[str, Any]:
        return self._json("GET", f"/v1/filings/{filing}")

    def filings(self, **chosen: Any) -> Iterator[dict[str, Any]]:
        """Every filing that fits, newest first, fetched page by page."""
        yield from self._pages("/v1/filings", chosen)

    def findings(self, filing: int) -> list[dict[str, Any]]:
        """Findings on the current version with the decisions that count."""
        return self._list(f"/v1/filings/{filing}/findings")

    def decide(self, finding: int, verdict: str, reason: str = "", revision: int | None = None) -> dict[str, Any]:
        """Accept, reject (with a reason) or leave undecided; `revision` guards against another's decision."""
        headers = {"If-Match": f'"{revision}"'} if revision is not None else {}
        body = {"verdict": verdict, "reason": reason}
        return self._json("PUT", f"/v1/findings/{finding}/decision", json=body, headers=headers)

    def clean_up(self, files: Sequence[Upload | Path], request: str = "", **facts: str) -> dict[str, Any]:
        """Start a clean-up of files, ZIPs and a catalogue. `facts`: name, as_of, profile, theme, law."""
        return self._send("/v1/cleanups", files, request, facts)

    def clean_up_wait(self, cleanup: int, seconds: float = 3600.0, pause: float = 5.0) -> dict[str, Any]:
        """The clean-up once its list is there (or it ended without one), or as it stands when the time is over."""
        deadline = time.monotonic() + seconds
        while True:
            found = self._json("GET", f"/v1/cleanups/{cleanup}")
            left = deadline - time.monotonic()
            if found["state"] not in ("examining", "judging") or left <= 0:
                return found
            time.sleep(min(pause, left))

    def clean_up_items(self, cleanup: int, **chosen: Any) -> Iterator[dict[str, Any]]:
        """Every document of the list that fits, in order, fetched page by page."""
        yield from self._pages(f"/v1/cleanups/{cleanup}/items", chosen)

    def clean_up_decide(
        self, cleanup: int, item: int, verdict: str, to: str = "", note: str = "", revision: int | None = None
    ) -> dict[str, Any]:
        """Confirm, change (`to` one of the four, with a note) or defer (with a note)."""
        headers = {"If-Match": f'"{revision}"'} if revision is not None else {}
        body = {"verdict": verdict, "to": to, "note": note}
        return self._json("POST", f"/v1/cleanups/{cleanup}/items/{item}/decision", json=body, headers=headers)

    def clean_up_file(self, cleanup: int, form: str = "xlsx") -> bytes:
        """The list or a draft as a file: xlsx, html, jsonl, ended, amended, kept, or zip for all of them."""
        return self._call("GET", f"/v1/cleanups/{cleanup}/output", params={"format": form}).content

    def letter(self, filing: int) -> bytes:
        """The opinion letter as DOCX."""
        return self._call("GET", f"/v1/filings/{filing}/letter.docx").content

    def search(self, words: str, top: int = 10, as_of: str = "") -> list[dict[str, Any]]:
        """Articles in force on a day, best first."""
        return self._list("/v1/laws/search", {"q": words, "top": top} | ({"as_of": as_of} if as_of else {}))

    def article(self, law: str, number: str | int, as_of: str = "") -> dict[str, Any]:
        return self._json("GET", f"/v1/laws/{law}/articles/{number}", params={"as_of": as_of} if as_of else {})

    def _pages(self, path: str, chosen: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The rows of a listing, page after page."""
        cursor = ""
        while True:
            page = self._json("GET", path, params={**chosen} | ({"cursor": cursor} if cursor else {}))
            yield from page["rows"]
            cursor = page["next"]
            if not cursor:
                return

    def _send(
        self, path: str, files: Sequence[Upload | Path], request: str, facts: Mapping[str, Any]
    ) -> dict[str, Any]:
        uploads = [_upload(file) for file in files]
        parts = [("files", (upload.name, upload.data)) for upload in uploads]
        data = {name: str(value) for name, value in facts.items() if value not in ("", None)}
        roles = {"roles": [upload.role for upload in uploads]} if any(upload.role for upload in uploads) else {}
        headers = {"Idempotency-Key": request} if request else {}
        return self._json("POST", path, files=parts, data=data | roles, headers=headers)

    def _json(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._call(method, path, **more).json()
        return found

    def _list(self, path: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._call("GET", path, params=params or {}).json()
        return found

    def _call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request, tried again where repeating it is harmless: reading, or with an Idempotency-Key."""
        harmless = method == "GET" or "Idempotency-Key" in more.get("headers", {})
        answer = _tried(lambda: self._http.request(method, path, **more), TRIES if harmless else 1)
        if answer.is_success:
            return answer
        try:
            body = answer.json()
        except ValueError:
            body = {"detail": answer.text[:200]}
        raise Problem(answer.status_code, body)


def signed(secret: str, signature: str, delivery: str, body: bytes, now: float | None = None) -> bool:
    """Whether a webhook came from the service: `signature` is X-Beishen-Signature, `delivery` X-Beishen-Delivery.

    False for a wrong signature and for one older than five minutes. Remember delivery ids: one may come twice.
    """
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    stamp = parts.get("t", "")
    if not stamp.isdecimal() or abs((now or time.time()) - int(stamp)) > 300:
        return False
    message = f"{stamp}.{delivery}.".encode() + body
    wanted = hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted, parts.get("v1", ""))


def _upload(file: Upload | Path) -> Upload:
    return file if isinstance(file, Upload) else Upload(file.name, file.read_bytes())


def _tried(request: Callable[[], httpx.Response], tries: int) -> httpx.Response:
    for number in range(1, tries + 1):
        try:
            answer = request()
        except httpx.TransportError:
            if number == tries:
                raise
        else:
            if answer.status_code not in _AGAIN or number == tries:
                return answer
        time.sleep(0.5 * 2**number)
    raise AssertionError("unreachable")
