"""How patient the service is in a campaign: as deployed, or quicker, for campaigns of minutes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    lease_seconds: int
    heartbeat_seconds: int
    redispatch_seconds: int
    graph_wait_seconds: int
    debounce_seconds: int
    drain_seconds: int
    #: When missed deliveries are looked for, as a crontab has it.
    recovery_minutes: str
    #: How long after GitHub was asked for a delivery it is asked again; no setting of the service.
    ask_again_seconds: int

    def environment(self) -> dict[str, str]:
        return {
            "KODUS_LEASE_SECONDS": str(self.lease_seconds),
            "KODUS_HEARTBEAT_SECONDS": str(self.heartbeat_seconds),
            "KODUS_REDISPATCH_SECONDS": str(self.redispatch_seconds),
            "KODUS_GRAPH_WAIT_SECONDS": str(self.graph_wait_seconds),
            "KODUS_DEBOUNCE_SECONDS": str(self.debounce_seconds),
            "KODUS_DRAIN_SECONDS": str(self.drain_seconds),
            "CHAOS_ASK_AGAIN_SECONDS": str(self.ask_again_seconds),
        }


PACES = {
    "deployed": Pace(30, 7, 30, 900, 5, 20, "*/2", 120),
    "quick": Pace(6, 2, 5, 60, 1, 4, "*", 15),
}
