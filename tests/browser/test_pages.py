import re
from itertools import product

import pytest

from tests.browser.lived_in import address, fill

PAGES = (
    "/",
    "/jobs",
    "/jobs/failed",
    "/jobs/waiting",
    "/jobs/bulk",
    "/bulk-actions/cancel?organization=octo",
    "/deliveries",
    "/deliveries/any",
    "/search",
    "/search?q=octo/none",
    "/lineage/any",
    "/insights",
    "/insights?period=1h",
    "/queues",
    "/workers",
    "/schedules",
    "/health",
)
LOOKS = list(product(("light", "dark"), (1280, 390)))
pytestmark = pytest.mark.timeout(480)  # looking for obstacles takes a busy machine long, and is done four times a page
AGE = re.compile(r"\d+ [smh]( \d+ [sm])?")


@pytest.mark.parametrize(
    "looks", [LOOKS[::3], pytest.param(LOOKS, marks=pytest.mark.campaign)], ids=["two looks", "every look"]
)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_keeps_its_promises_light_and_dark_wide_and_narrow(visitor, operator, pulse, path, looks):
    fill()
    pulse()
    one, wrongs = visitor(operator), {}
    for scheme, width in looks:
        one.look(path, address(path), scheme=scheme, width=width)
        wrongs |= {f"{scheme} {width} {name}": wrong for name, wrong in one.wrongs().items()}
    assert wrongs == {}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_the_same_without_javascript(visitor, operator, pulse, path):
    fill()
    pulse()
    plain, scripted = visitor(operator, java_script_enabled=False), visitor(operator)
    texts = [one.open(address(path)).locator("#live").inner_text() for one in (plain, scripted)]
    assert AGE.sub("…", texts[0]) == AGE.sub("…", texts[1])
    assert len(texts[0]) > 20
