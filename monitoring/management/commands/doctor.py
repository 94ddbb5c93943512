"""Say what is wrong with the service and what to do, one line a thing."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from monitoring.doctor.checks import CHECKS
from monitoring.doctor.diagnosis import Diagnosis, State, worst
from monitoring.doctor.examination import Examined, examine

_WIDTH = max(len(check.name) for check in CHECKS)


class Command(BaseCommand):
    help = "Say what is wrong and what to do. Exit code: 0 all is well, 1 something is to be looked at, 2 broken."
    requires_system_checks = ()  # one of the things it looks at

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="the same for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        examined = []
        for one in examine(CHECKS):
            examined.append(one)
            if not options["json"]:
                self._tell(one)
        state = worst(one.state for one in examined)
        if options["json"]:
            body = {"status": state.name.lower(), "checks": [_as_json(one) for one in examined]}
            self.stdout.write(json.dumps(body, indent=2))
        sys.exit(max(0, state))

    def _tell(self, examined: Examined) -> None:
        for diagnosis in examined.diagnoses:
            about = f"{diagnosis.about}: " if diagnosis.about else ""
            line = f"{diagnosis.state.name.lower():5} {examined.name:{_WIDTH}}  {about}{diagnosis.found}"
            self.stdout.write(line, self._style(diagnosis))
            if diagnosis.remedy:
                self.stdout.write(f"{'':{_WIDTH + 8}}→ {diagnosis.remedy}")
        self.stdout.flush()

    def _style(self, diagnosis: Diagnosis) -> Any:
        styles = {State.FAIL: self.style.ERROR, State.WARN: self.style.WARNING, State.OK: self.style.SUCCESS}
        return styles.get(diagnosis.state, str)


def _as_json(examined: Examined) -> dict[str, Any]:
    told = [
        {"status": found.state.name.lower(), "about": found.about, "found": found.found, "remedy": found.remedy}
        for found in examined.diagnoses
    ]
    return {
        "name": examined.name,
        "status": examined.state.name.lower(),
        "ms": round(examined.took_ms, 1),
        "diagnoses": told,
    }
