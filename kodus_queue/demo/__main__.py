"""The demo from start to end. `--exit` ends it after the review; else it stays until Ctrl-C."""

import argparse
import secrets
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console

from integrations.github.standin import StandIn
from kodus_queue.demo import pull_request
from kodus_queue.demo.places import clean_state, demo_environment, only_one_demo
from kodus_queue.demo.shown_review import show_review
from kodus_queue.demo.watched_job import watch
from kodus_queue.embedded.addresses import addresses
from kodus_queue.service import Service, running
from kodus_queue.up import announce, refusals, stop_signals

ADMIN = "admin"
REVIEW_SECONDS = 120.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m kodus_queue.demo", description=__doc__)
    parser.add_argument("--exit", action="store_true", help="end after the review")
    stays = not parser.parse_args().exit
    console = Console(highlight=False)
    with stop_signals(), refusals(console) as exit_code, only_one_demo() as state_dir:
        clean_state(state_dir)
        exit_code[0] = _play(console, state_dir, stays=stays)
    return exit_code[0]


def _play(console: Console, state_dir: Path, *, stays: bool) -> int:
    begun = time.monotonic()
    repository = pull_request.make_repository(state_dir / "shop")
    environment, admin = demo_environment(state_dir), _admin_login()
    login = f"{ADMIN} / {admin['DJANGO_SUPERUSER_PASSWORD']}"
    environment["KODUS_FLOWER_LOGIN"] = f"{ADMIN}:{admin['DJANGO_SUPERUSER_PASSWORD']}"
    with StandIn(
        {pull_request.FULL_NAME: repository},
        webhook_url=f"http://127.0.0.1:{environment['KODUS_WEBHOOK_PORT']}/webhooks/github",
        secret=environment["KODUS_GITHUB_WEBHOOK_SECRET"].encode(),
        token=environment["KODUS_GITHUB_TOKEN"],
    ) as github:
        environment |= {"KODUS_GITHUB_API_URL": github.base_url, "KODUS_GITHUB_GIT_URL": github.git_url}
        console.rule("[bold]Start the service")
        with running(environment, console, administrator=admin) as service:
            ready = time.monotonic()
            console.print(f"[bold]Dashboard[/]  {service.url('KODUS_API_PORT')}/   login {login}")
            is_reviewed = _review(console, service, github)
            console.print(f"Service up in {ready - begun:.1f} s, review {time.monotonic() - ready:.1f} s later.")
            console.rule("[bold]Look around")
            announce(console, service)
            console.print(f"  login     {login}, everywhere")
            console.print(f"  GitHub    {github.git_url}/standin/state", markup=False)
            if stays:
                console.print("Ctrl-C stops all of it.")
                service.supervisord.wait()
    return 0 if is_reviewed else 1


def _review(console: Console, service: Service, github: StandIn) -> bool:
    """Open the pull request and follow its job to the end; True when a review was posted."""
    console.rule("[bold]Open a pull request")
    number = github.open_pull_request(
        pull_request.FULL_NAME,
        base=pull_request.BASE_BRANCH,
        head=pull_request.HEAD_BRANCH,
        title=pull_request.TITLE,
        body=pull_request.BODY,
        author="ada",
    )
    database_url = addresses(Path(service.environment["KODUS_STATE_DIR"])).database_url
    is_completed = watch(console, database_url, github.deliveries[-1], seconds=REVIEW_SECONDS)
    console.rule("[bold]The review, as GitHub got it")
    is_posted = show_review(console, github.state(), f"{pull_request.FULL_NAME}#{number}")
    return is_completed and is_posted


def _admin_login() -> Mapping[str, str]:
    return {
        "DJANGO_SUPERUSER_USERNAME": ADMIN,
        "DJANGO_SUPERUSER_PASSWORD": secrets.token_urlsafe(9),
        "DJANGO_SUPERUSER_EMAIL": "admin@example.com",
    }


if __name__ == "__main__":
    sys.exit(main())
