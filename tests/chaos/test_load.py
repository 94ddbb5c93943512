"""The load: lives are the same for the same seed, there is some of everything, and acts come at their times."""

import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from chaos.github import GitHub
from chaos.load import LIFE_SECONDS, Act, Life, Load, brief_lives, lives
from chaos.repositories import Repository

REPOSITORIES = tuple(
    Repository(f"{owner}/app", Path(), f"base of {owner}", tuple(f"{owner}-{number}" for number in range(50)))
    for owner in ("octo", "acme", "third")
)


@pytest.fixture(scope="module")
def many() -> list[Life]:
    return lives(REPOSITORIES, seed=1, rate=22, seconds=600)


def verbs(life: Life) -> list[str]:
    return [act.verb for act in life.acts]


def share(drawn: list[Life], is_so: Callable[[Life], bool]) -> float:
    return sum(map(is_so, drawn)) / len(drawn)


class TestLives:
    def test_the_same_seed_draws_the_same_lives(self):
        one, same, other = (lives(REPOSITORIES, seed=seed, rate=20, seconds=30) for seed in (3, 3, 26))
        assert one == same != other
        assert [life.acts[0].arguments for life in one] == [life.acts[0].arguments for life in same]

    def test_there_are_as_many_acts_as_were_asked_for(self, many):
        assert sum(len(life.acts) for life in many) == pytest.approx(22 * 600, rel=0.01)

    def test_a_life_opens_its_pull_request_first_and_only_once(self, many):
        assert {verbs(life)[0] for life in many} == {"open_pull_request"}
        assert max(verbs(life).count("open_pull_request") for life in many) == 1

    def test_its_acts_come_one_after_the_other(self, many):
        assert all(one.at < next_one.at for life in many for one, next_one in pairwise(life.acts))
        assert all(act.life == number for number, life in enumerate(many) for act in life.acts)

    def test_lives_begin_early_enough_to_end_in_time(self, many):
        assert max(life.acts[0].at for life in many) <= 600 - LIFE_SECONDS

    def test_repositories_have_about_as_many_each(self, many):
        counts = Counter(life.repository.full_name for life in many)
        assert min(counts.values()) > 0.8 * max(counts.values())

    def test_heads_are_commits_of_its_own_repository(self, many):
        heads = [
            (life.repository, act.arguments["head"]) for life in many for act in life.acts if "head" in act.arguments
        ]
        assert all(head in repository.heads for repository, head in heads)
        assert len(set(heads)) == 150


class TestTheMix:
    @pytest.mark.parametrize(
        ("wanted", "promised"),
        [
            (lambda life: verbs(life).count("push") > 1, 0.25),
            (lambda life: verbs(life).count("push") == 1, 0.25),
            (lambda life: "convert_to_draft" in verbs(life), 0.1),
            (lambda life: any(act.arguments.get("body") == "/review" for act in life.acts), 0.1),
            (lambda life: verbs(life)[-1] == "close", 0.35),
            (lambda life: verbs(life)[-1] == "reopen", 0.1),
            (lambda life: any(act.arguments.get("merged") for act in life.acts), 0.175),
        ],
        ids=["storms", "one push", "drafts", "asked for", "closed", "reopened", "merged"],
    )
    def test_there_are_so_many_of_each_kind(self, many, wanted, promised):
        assert share(many, wanted) == pytest.approx(promised, abs=0.03)

    def test_a_storm_is_pushed_within_a_few_seconds(self, many):
        storms = [[act.at for act in life.acts if act.verb == "push"] for life in many]
        assert max(times[-1] - times[0] for times in storms if len(times) > 1) < 2.5

    def test_a_draft_gets_ready_and_what_is_reopened_was_closed(self, many):
        for first, then in (("convert_to_draft", "ready_for_review"), ("close", "reopen")):
            orders = [verbs(life) for life in many if then in verbs(life)]
            assert all(acts.index(first) < acts.index(then) for acts in orders)
        assert share(many, lambda life: "convert_to_draft" in verbs(life)) == share(
            many, lambda life: "ready_for_review" in verbs(life)
        )


def test_brief_lives_are_over_in_three_seconds_and_the_same_for_the_same_seed():
    one, same = (brief_lives(REPOSITORIES, random.Random(4), count=5) for _ in range(2))  # noqa: S311 - it must repeat
    assert one == same
    assert [verbs(life)[1:] for life in one] == [[], ["push"], [], ["push"], ["close"]]
    assert max(act.at for life in one for act in life.acts) < 2.2


def test_brief_lives_may_be_pushed_to_after_their_review():
    late = brief_lives(REPOSITORIES, random.Random(4), count=5, push_after_seconds=8)  # noqa: S311 - it must repeat
    pauses = [life.acts[-1].at - life.acts[0].at for life in late]
    assert pauses == pytest.approx([0, 8, 0, 8, 8.2])


class Hosted:
    """A code host that is asked over HTTP: it remembers the verbs, and fails those it is told to."""

    def __init__(self, *fails: str) -> None:
        self.asked: list[tuple[str, dict[str, object]]] = []
        self._fails = fails
        transport = httpx.MockTransport(self._answer)
        self.github = GitHub(0, httpx.Client(base_url="http://standin", transport=transport))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        told = json.loads(request.content)
        self.asked.append((told["verb"], told["arguments"]))
        return httpx.Response(500 if told["verb"] in self._fails else 200, json={"result": len(self.asked) + 40})


class TestActing:
    LIFE = Life(
        REPOSITORIES[0],
        (
            Act(0.0, 0, "open_pull_request", {"head": "octo-1"}),
            Act(0.01, 0, "push", {"head": "octo-2"}),
            Act(0.02, 0, "close", {"merged": True}),
        ),
    )

    def act(self, hosted: Hosted, log: Path, life: Life = LIFE) -> Load:
        load = Load(hosted.github, [life], log)
        load.run(threading.Event())
        return load

    def test_acts_of_a_life_reach_the_host_in_order_with_the_number_it_got(self, tmp_path):
        hosted = Hosted()
        load = self.act(hosted, tmp_path / "load.jsonl")
        assert [verb for verb, _ in hosted.asked] == ["open_pull_request", "push", "close"]
        assert hosted.asked[1][1] == {"repository": "octo/app", "head": "octo-2", "number": 41}
        assert (load.done, load.total, load.failed) == (3, 3, 0)

    def test_each_is_written_down_with_how_late_it_was(self, tmp_path):
        log = tmp_path / "load.jsonl"
        load = self.act(Hosted("push"), log)
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        assert [(line["verb"], bool(line["error"])) for line in lines] == [
            *(("open_pull_request", False), ("push", True), ("close", False))
        ]
        assert load.failed == 1
        assert all(line["late_seconds"] >= 0 for line in lines)

    def test_a_pull_request_that_could_not_be_opened_is_left_alone(self, tmp_path):
        hosted = Hosted("open_pull_request")
        load = self.act(hosted, tmp_path / "load.jsonl")
        assert [verb for verb, _ in hosted.asked] == ["open_pull_request"]
        assert load.failed == 1

    def test_nothing_is_begun_once_it_is_told_to_stop(self, tmp_path):
        hosted, stop = Hosted(), threading.Event()
        stop.set()
        Load(hosted.github, [self.LIFE], tmp_path / "load.jsonl").run(stop)
        assert hosted.asked == []
