"""`make roll`: restart a running service, process by process, onto the code and packages that are in the checkout now.

The new code's checks and migrations come first. Then one process at a time stops, starts and is waited for: those that
take work off before those that bring it in, and of the web servers, which share a socket, one while the other serves.
The first that does not come up ends it, and the rest goes on as it was.
"""

import time
from collections.abc import Mapping
from xmlrpc.client import Fault

from rich.console import Console
from supervisor.states import RUNNING_STATES, ProcessStates

from kodus_queue.processes import API, CONSUMERS, WEBHOOK
from kodus_queue.readiness import wait_until_up
from kodus_queue.service import prepare
from kodus_queue.supervision import Supervisor

ORDER = (*CONSUMERS, *API, *WEBHOOK)
RESTART_IT = "Stop the service and start it again: deploy/supervisord.conf is not the one it runs by."


class FullRestartNeededError(RuntimeError):
    """deploy/supervisord.conf describes other processes than those that run."""


def roll(supervisor: Supervisor, console: Console) -> None:
    """Print a line for each process; raise when the preparation refuses or a process does not come up."""
    _refuse_other_processes(supervisor)
    begun = time.monotonic()
    said = prepare(supervisor.environment)
    _say(console, begun, "checked and migrated")
    if said:
        console.print(said, style="yellow", highlight=False, markup=False, soft_wrap=True)
    started: dict[str, int] = {}
    for name in _in_turn(supervisor.states()):
        begun = time.monotonic()
        supervisor.stop([name])
        started |= supervisor.start([name])
        wait_until_up(supervisor, name)
        supervisor.refuse_restarted(started)  # one may fail only after a while
        _say(console, begun, name)


def _refuse_other_processes(supervisor: Supervisor) -> None:
    try:
        changed = supervisor.changed_programs()
    except Fault as fault:  # it asks for a variable this supervisor was not started with
        raise FullRestartNeededError(f"{RESTART_IT} Supervisor says: {fault.faultString}") from fault
    if changed:
        raise FullRestartNeededError(f"{RESTART_IT} It has changed for {', '.join(changed)}.")


def _in_turn(states: Mapping[str, int]) -> list[str]:
    """What is down comes first: its sibling must not stop before it serves. What somebody stopped stays stopped."""
    names = [name for name in ORDER if states[name] != ProcessStates.STOPPED]
    return sorted(names, key=lambda name: states[name] in RUNNING_STATES)


def _say(console: Console, begun: float, what: str) -> None:
    console.print(f"[dim]{time.monotonic() - begun:5.1f} s[/]  {what}", highlight=False)
