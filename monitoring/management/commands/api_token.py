"""Make, list and revoke API tokens."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, transaction

from monitoring.access import Scope
from monitoring.models import ApiToken
from monitoring.tokens import MOST_DAYS, make_token, revoke


class Command(BaseCommand):
    help = "Make, list and revoke API tokens. A token is shown once, when it is made."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        make = actions.add_parser("make", help="make a token and show it")
        make.add_argument("name", help="what it is for; unique")
        make.add_argument(
            "--scope", action="append", required=True, choices=[str(scope) for scope in Scope], help="may be repeated"
        )
        make.add_argument("--organization", default="", help="the one it is for (default: all)")
        make.add_argument(
            "--days", type=_days, default=90, help=f"how long it is valid, 1 to {MOST_DAYS} (default: 90)"
        )
        actions.add_parser("list", help="show which tokens there are")
        withdraw = actions.add_parser("revoke", help="make a token invalid at once")
        withdraw.add_argument("name")

    def handle(self, *_args: Any, action: str, **options: Any) -> None:
        match action:
            case "make":
                self._make(options)
            case "revoke":
                self._revoke(options["name"])
            case _:
                self._list()

    def _make(self, options: dict[str, Any]) -> None:
        scopes = [Scope(scope) for scope in options["scope"]]
        try:
            with transaction.atomic():
                _, text = make_token(
                    options["name"],
                    scopes,
                    created_by="manage.py",
                    days=options["days"],
                    organization=options["organization"],
                )
        except IntegrityError:
            raise CommandError(f"A token is called {options['name']} already; names stay taken.") from None
        self.stderr.write("Keep it now: it is not shown again.")
        self.stdout.write(text)

    def _revoke(self, name: str) -> None:
        token = ApiToken.objects.filter(name=name).first()
        if token is None:
            raise CommandError(f"No token is called {name}.")
        revoke(token)
        self.stdout.write(f"{name} is no longer valid.")

    def _list(self) -> None:
        tokens = ApiToken.objects.order_by("name")
        if not tokens:
            self.stdout.write("There are no tokens.")
        for token in tokens:
            used = f"last used {token.last_used_at:%Y-%m-%d %H:%M}" if token.last_used_at else "never used"
            valid = "revoked" if token.revoked_at else f"until {token.expires_at:%Y-%m-%d}"
            whose = token.organization or "all organizations"
            self.stdout.write(f"{token.name}  {token.prefix}…  {valid}  {whose}  {used}  {' '.join(token.scopes)}")


def _days(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"1 to {MOST_DAYS}")
    return int(text)
