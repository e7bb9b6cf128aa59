"""A served office (own process, embedded database, one worker) and the system's Chromium to visit it with."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from beishen.service.jobs.opening import open_office
from beishen.service.office import accounts, organs
from beishen.service.office.desk import SYSTEM
from beishen.service.settings import load
from beishen.service.store import schema

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

PASSWORD = "calm-lake-42-reeds"
STAFF = {
    "everyone": ("administrator", "registrar", "first", "second", "final"),
    "first": ("first",),
    "qingling": ("submitter",),
    "linhe": ("submitter",),
}
# How long a state is waited for, in seconds: long enough for a machine with far more to do than this.
PATIENCE = 240
ORGANS = {"qingling": "青岭县人民政府", "linhe": "临河市市场监督管理局"}


@dataclass(frozen=True, slots=True)
class Site:
    """Where the office answers, and its data folder."""

    url: str
    home: Path


class Visitor:
    """Somebody signed in without a browser: `answer` is what the door said, `csrf` the token of every form after."""

    def __init__(self, site: Site, name: str, follow: bool) -> None:
        self.client = httpx.Client(base_url=site.url, follow_redirects=follow, timeout=PATIENCE)
        form = {"name": name, "password": PASSWORD, "csrf": hidden(self.client.get("/login").text)}
        self.answer = self.client.post("/login", data=form)
        assert self.answer.status_code == (200 if follow else 303)
        self.csrf = hidden(self.client.get("/account").text)

    def post(self, path: str, **fields: object) -> httpx.Response:
        return self.client.post(path, data={"csrf": self.csrf, **fields})


def hidden(page: str, name: str = "csrf") -> str:
    """What a form of the page sends along under a name, or what its head says."""
    found = re.search(rf'name="{name}" (?:value|content)="([^"]*)"', page)
    assert found, name
    return found[1]


@pytest.fixture(scope="session")
def site(home: Path, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served office with accounts; laws and index are those of the session, the rest is its own."""
    if not (home / "cache" / "index").is_dir():
        request.getfixturevalue("engine")
    place = tmp_path_factory.mktemp("site")
    for name in ("laws.db", "cache"):
        (place / name).symlink_to(home / name)
    environ = {**os.environ, "BEISHEN_HOME": str(place), "BEISHEN_THREADS": "1"}
    environ.pop("BEISHEN_DATABASE_URL", None)
    _staff(environ)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["serve", "--port", str(port), "--workers", "1"]
    with open(place / "serve.log", "wb") as log:
        served = subprocess.Popen(
            [sys.executable, "-m", "beishen.service.cli.main", *words], env=environ, stdout=log, stderr=log
        )
        try:
            _answers(served, f"http://127.0.0.1:{port}/login", place / "serve.log")
            yield Site(f"http://127.0.0.1:{port}", place)
        finally:
            served.terminate()
            # Ended by itself, its workers before it, not by the signal.
            assert served.wait(timeout=PATIENCE) == 0


def _staff(environ: dict[str, str]) -> None:
    office = open_office(load(environ))
    schema.upgrade(office.database)
    with office.desk(SYSTEM) as desk:
        known = {name: organs.add(desk, title).id for name, title in ORGANS.items()}
        for name, roles in STAFF.items():
            accounts.add(desk, accounts.NewAccount(name, roles, PASSWORD, organ_id=known.get(name)))
    office.close()


def _answers(served: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while served.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text("utf-8", "replace")[-3000:])


@pytest.fixture(scope="module")
def enter(site: Site) -> Iterator[Callable[..., Visitor]]:
    """Signs somebody in without a browser, once a name; `follow` answers where a redirect leads."""
    known: dict[tuple[str, bool], Visitor] = {}

    def of(name: str, follow: bool = False) -> Visitor:
        if (name, follow) not in known:
            known[name, follow] = Visitor(site, name, follow)
        return known[name, follow]

    yield of
    for visitor in known.values():
        visitor.client.close()


@pytest.fixture(scope="session", name="hidden")
def reading() -> Callable[..., str]:
    """Reads what a page sends along."""
    return hidden


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """The system's Chromium; without one the tests of the pages say so and are skipped."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("BEISHEN_CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium on this machine: install Debian's chromium or set BEISHEN_CHROMIUM")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=1000 * PATIENCE)
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


def typed(field: "Locator", text: str) -> None:
    """Type into the field that the page gives the focus to, once it has it: before, the words would be lost."""
    from playwright.sync_api import expect

    expect(field).to_be_focused()
    field.page.keyboard.type(text)
    expect(field).to_have_value(re.compile(re.escape(text)))


@pytest.fixture(scope="session", name="typed")
def typing() -> "Callable[[Locator, str], None]":
    """By keyboard into a field that is to have the focus by itself."""
    return typed


@pytest.fixture(scope="module")
def signed_in(site: Site, browser: "Browser") -> "Iterator[Callable[[str], BrowserContext]]":
    """The browser of somebody signed in by keyboard, one for each name."""
    known: dict[str, BrowserContext] = {}

    def enter(name: str) -> "BrowserContext":
        if name not in known:
            known[name] = browser.new_context(
                viewport={"width": 1280, "height": 800}, locale="zh-CN", base_url=site.url
            )
            known[name].set_default_timeout(1000 * PATIENCE)
            page = known[name].new_page()
            page.goto("/login")
            typed(page.locator("#name"), name)
            page.keyboard.press("Tab")
            typed(page.locator("#password"), PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(f"{site.url}/")
            page.close()
        return known[name]

    yield enter
    for context in known.values():
        context.close()


@pytest.fixture
def visit(signed_in: "Callable[[str], BrowserContext]") -> "Iterator[Callable[[str], Page]]":
    """A page of somebody signed in, at 1280 px. Any error that a script meets fails the test."""
    pages: list[Page] = []
    met: list[str] = []

    def enter(name: str) -> "Page":
        page = signed_in(name).new_page()
        pages.append(page)
        page.on("pageerror", lambda error: met.append(str(error)))
        page.on("console", lambda said: met.append(said.text) if "Content Security Policy" in said.text else None)
        page.goto("/")
        return page

    yield enter
    for page in pages:
        page.close()
    assert not met


@pytest.fixture(scope="session")
def password() -> str:
    """The password of every account of the site."""
    return PASSWORD


@pytest.fixture(scope="session")
def faulty() -> Path:
    return Path(__file__).resolve().parents[3] / "examples" / "faulty.docx"
