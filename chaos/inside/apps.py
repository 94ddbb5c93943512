import os
from datetime import timedelta
from importlib import import_module

from django.apps import AppConfig

from chaos.inside.wrapping import replace


class InsideConfig(AppConfig):
    name = "chaos.inside"
    label = "inside"

    def ready(self) -> None:
        """Wrap what the environment names; models can be imported only now."""
        if os.environ.get("CHAOS_ASK_AGAIN_SECONDS"):
            replace("webhooks.recovery:PAUSE", timedelta(seconds=float(os.environ["CHAOS_ASK_AGAIN_SECONDS"])))
        if os.environ.get("CHAOS_FAILPOINT_SHARE") or os.environ.get("CHAOS_FAILPOINT_ORDERS"):
            import_module("chaos.inside.failpoints").arm()
        if os.environ.get("CHAOS_PLANT"):
            second_net = os.environ.get("CHAOS_SECOND_NET") == "1"
            import_module("chaos.inside.plants").plant(os.environ["CHAOS_PLANT"], second_net=second_net)
        if os.environ.get("CHAOS_POISON"):
            import_module("chaos.inside.workloads").poison()
        if os.environ.get("CHAOS_LIGHT_REVIEWS"):
            import_module("chaos.inside.workloads").lighten()
