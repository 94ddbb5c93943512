"""A real browser on the real pages. Skipped, and said so, where there is no Chromium: deploy/install-test-services.sh.

`visit` opens a page and holds it to what every page promises: nothing refused by the policy, nothing said on the
console, nothing wider than the window or its panel, nothing that axe objects to. KODUS_SCREENSHOTS names a folder for
pictures, which are for eyes and are compared with nothing.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from monitoring.pages import pulse as pulse_room

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WATCH = """window.refused = [];
document.addEventListener('securitypolicyviolation', e => refused.push(`${e.effectiveDirective} ${e.blockedURI}`));"""
# What scrolls inside its panel may be wider than it; what only screen readers see is nowhere.
STICKS_OUT = """[...document.querySelectorAll('.panel *, .attention *, .card *')].filter(each => {
  const panel = each.closest('.panel, .attention, .card').getBoundingClientRect(), box = each.getBoundingClientRect();
  return box.width > 1 && box.right > panel.right && !each.closest('.scroll, .unseen, svg');
}).map(each => each.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """While it is open an event loop runs in this thread, which Django takes for a reason not to query."""
    if not CHROMIUM:
        pytest.skip("no Chromium here; run: deploy/install-test-services.sh")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def operator(transactional_db) -> User:
    return User.objects.create_superuser("ada", password="lovelace")


@pytest.fixture
def pulse(transactional_db, monkeypatch) -> Callable[[], None]:
    """Take the pulse when told to and never by itself, so that a page shows what the test made."""
    monkeypatch.setattr(pulse_room, "FRESH_SECONDS", float("inf"))
    monkeypatch.setattr(pulse_room, "_kept", pulse_room._Kept())
    pulse_room._kept.is_due()
    return pulse_room.take


class Visitor:
    """A browser window of one person."""

    def __init__(self, browser: Browser, base: str, user: User | None, **options: object) -> None:
        self.base = base
        self.context: BrowserContext = browser.new_context(base_url=base, **options)  # type: ignore[arg-type] # as given
        self.context.add_init_script(WATCH)
        self.said: list[str] = []
        if user:
            client = Client()
            client.force_login(user)
            cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": base}
            self.context.add_cookies([cookie])  # type: ignore[list-item] # a plain dict will do
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("console", lambda message: message.type == "error" and self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def open(self, path: str) -> Page:
        self.page.goto(path)
        return self.page

    def look(self, name: str, path: str, *, scheme: Literal["light", "dark"], width: int) -> None:
        self.page.emulate_media(color_scheme=scheme)
        self.page.set_viewport_size({"width": width, "height": 900})
        self.open(path)
        self.picture(f"{name.strip('/').replace('/', '-') or 'overview'}-{scheme}-{width}")

    def wrongs(self) -> dict[str, object]:
        """What the page that is open breaks of the promises; empty when it keeps them."""
        page = self.page
        found = {
            "refused": page.evaluate("refused"),
            "said": self.said,
            "too wide": page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)"),
            "sticks out of its panel": page.evaluate(STICKS_OUT),
            "axe": [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in self._axe()],
        }
        return {name: wrong for name, wrong in found.items() if wrong}

    def _axe(self) -> list[dict[str, object]]:
        violations: list[dict[str, object]] = Axe().run(self.page, options=RULES).response["violations"]
        return violations

    def picture(self, name: str) -> None:
        folder = os.environ.get("KODUS_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture
def visitor(browser, live_server, request) -> Iterator[Callable[..., Visitor]]:
    visitors: list[Visitor] = []

    def visit(user: User | None = None, *, width: int = 1280, **options: object) -> Visitor:
        options = {"viewport": {"width": width, "height": 900}, **options}
        visitors.append(Visitor(browser, live_server.url, user, **options))
        return visitors[-1]

    yield visit
    for one in visitors:
        one.context.close()
