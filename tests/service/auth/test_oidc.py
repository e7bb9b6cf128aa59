"""Single sign-on against a small server of the tests' own: who comes in, and everybody who does not."""

import http.server
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from beishen.corpora.errors import BadArgument
from beishen.service.app import create_app
from beishen.service.office import accounts
from beishen.service.office.desk import SYSTEM
from beishen.service.settings import Settings, SignOn, load
from beishen.service.store.schema import upgrade
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "beishen-test"


class Server(http.server.BaseHTTPRequestHandler):
    """Discovery, keys and tokens; what the token says is set by the test."""

    key: RSAKey
    signer: RSAKey
    claims: dict[str, object]
    issuer: str

    def do_GET(self) -> None:
        if self.path.endswith("openid-configuration"):
            ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
            self._say({"issuer": self.issuer} | {name: self.issuer + path for name, path in ends.items()})
        else:
            self._say({"keys": [self.key.as_dict(private=False)]})

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        assert form["code_verifier"] and form["grant_type"] == ["authorization_code"]
        token = jwt.encode({"alg": "RS256", "kid": self.key.kid}, self.claims, self.signer)
        self._say({"access_token": "a", "token_type": "Bearer", "id_token": token})

    def _say(self, body: dict[str, object]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_args: object) -> None:
        return


@pytest.fixture(scope="module")
def provider() -> Iterator[type[Server]]:
    key = RSAKey.generate_key(2048, auto_kid=True)
    kind = type("Here", (Server,), {"key": key, "signer": key, "claims": {}})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
    kind.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield kind
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client(provider: type[Server], tmp_path: Path) -> Iterator[TestClient]:
    app = create_app(Settings(home=tmp_path, sign_on=SignOn(provider.issuer, CLIENT, "secret")))
    upgrade(app.state.office.database)
    with app.state.office.desk(SYSTEM) as desk:
        accounts.add(desk, accounts.NewAccount("zhang", ("first",), subject="u-1"))
    with TestClient(app, follow_redirects=False) as found:
        yield found


def arrive(client: TestClient, provider: type[Server], **changed: object):
    """Leave, be given a token with some claims changed, come back."""
    provider.signer = provider.key
    left = client.get("/oidc/login")
    assert left.status_code == 303
    asked = parse_qs(urlsplit(left.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["client_id"] == [CLIENT]
    now = int(time.time())
    claims = {"iss": provider.issuer, "aud": CLIENT, "sub": "u-1", "iat": now, "exp": now + 60}
    provider.claims = claims | {"nonce": asked["nonce"][0]} | changed
    return asked["state"][0]


def test_a_known_subject_comes_in(client: TestClient, provider: type[Server]) -> None:
    state = arrive(client, provider)
    answer = client.get(f"/oidc/callback?code=c&state={state}")
    assert answer.status_code == 303 and answer.headers["location"] == "/"
    assert "beishen_session" in answer.cookies
    assert "单点登录" in TestClient(client.app).get("/login").text


@pytest.mark.parametrize(
    "changed",
    [
        {"sub": "somebody-else"},
        {"aud": "another-client"},
        {"iss": "http://elsewhere"},
        {"nonce": "of-another-login"},
        {"exp": 1_000_000_000},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_token_that_does_not_fit_stays_out(client: TestClient, provider: type[Server], changed) -> None:
    state = arrive(client, provider, **changed)
    answer = client.get(f"/oidc/callback?code=c&state={state}")
    assert answer.status_code < 500 and "beishen_session" not in answer.cookies


def test_a_token_signed_by_another_stays_out(client: TestClient, provider: type[Server]) -> None:
    state = arrive(client, provider)
    provider.signer = RSAKey.generate_key(2048)
    answer = client.get(f"/oidc/callback?code=c&state={state}")
    assert answer.status_code < 500 and "beishen_session" not in answer.cookies


def test_a_foreign_state_and_a_log_in_nobody_began_stay_out(client: TestClient, provider: type[Server]) -> None:
    arrive(client, provider)
    assert "beishen_session" not in client.get("/oidc/callback?code=c&state=forged").cookies
    client.cookies.clear()
    assert "beishen_session" not in client.get("/oidc/callback?code=c&state=x").cookies


def test_settings_of_sign_on_are_whole_or_refused() -> None:
    whole = {"BEISHEN_OIDC_ISSUER": "https://id.example", "BEISHEN_OIDC_CLIENT": "c", "BEISHEN_OIDC_SECRET": "s"}
    found = load(whole).sign_on
    assert found == SignOn("https://id.example", "c", "s") and "secret" not in repr(found)
    for wrong in ({"BEISHEN_OIDC_ISSUER": "https://id.example"}, whole | {"BEISHEN_OIDC_ISSUER": "id.example"}):
        with pytest.raises(BadArgument):
            load(wrong)
