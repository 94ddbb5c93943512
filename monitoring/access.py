"""Who asks, and what they may: every page, every address of the API and every list asks here.

A caller is a user with a role, or a token with scopes. Whoever is of one organization sees that one's rows and nothing
else: another's are as if they were not there. What belongs to all of them (queues, workers, schedules, health) is for
those who are of none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from monitoring.models import Member, Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


class Scope(StrEnum):
    """What a token may be given, each by itself."""

    JOBS_READ = "jobs:read"
    JOBS_WRITE = "jobs:write"
    DELIVERIES_READ = "deliveries:read"
    DELIVERIES_WRITE = "deliveries:write"
    EVENTS_READ = "events:read"
    EVENTS_WRITE = "events:write"
    QUEUES_READ = "queues:read"
    QUEUES_WRITE = "queues:write"
    METRICS_READ = "metrics:read"
    AUDIT_READ = "audit:read"
    ADMIN = "admin"


_READING = frozenset(scope for scope in Scope if scope.endswith(":read")) - {Scope.AUDIT_READ}
_STEERING = _READING | {scope for scope in Scope if scope.endswith(":write")} | {Scope.AUDIT_READ}
OF_ROLE: dict[str, frozenset[Scope]] = {
    Role.VIEWER: _READING,
    Role.OPERATOR: _STEERING,
    Role.ADMIN: frozenset(Scope),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """`name` is kept with what they do: "user:ada", "token:deploys". `organization` is empty for all of them."""

    name: str
    scopes: frozenset[str]
    organization: str = ""

    is_authenticated = True

    def may(self, scope: str, *, everybodys: bool = False) -> bool:
        """`everybodys`: what is asked for belongs to all organizations together."""
        return scope in self.scopes and not (everybodys and self.organization)


NOBODY = Caller("", frozenset())


def caller_of(request: HttpRequest) -> Caller:
    """NOBODY for whoever has not signed in, or has no role. Looked up once in a request."""
    kept = vars(request)
    if "caller" not in kept:
        kept["caller"] = _caller_of(request)
    caller: Caller = kept["caller"]
    return caller


def _caller_of(request: HttpRequest) -> Caller:
    user = request.user
    if isinstance(user, Caller):  # a token's
        return user
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    name = f"user:{user.get_username()}"
    if user.is_superuser:
        return Caller(name, OF_ROLE[Role.ADMIN])
    member = Member.objects.filter(user=user.pk).first()
    return Caller(name, OF_ROLE[member.role], member.organization) if member else Caller(name, frozenset())


def needs(scope: Scope, *, everybodys: bool = False) -> Callable[[View[P]], View[P]]:
    """For pages: sends who has not signed in to do so, and refuses in words who may not."""

    def around(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            caller = caller_of(request)
            if not caller.name:
                return _sign_in(request)
            if not caller.may(scope, everybodys=everybodys):
                raise PermissionDenied(refusal(caller, scope))
            return view(request, *args, **kwargs)

        return guarded

    return around


def refusal(caller: Caller, scope: str) -> str:
    """Why the caller may not, for people."""
    if scope in caller.scopes:
        return f"This is about all organizations; {caller.name} is of {caller.organization} only."
    return f"{caller.name} may not do this: it needs {scope}."


def _sign_in(request: HttpRequest) -> HttpResponse:
    """The page to sign in on. What htmx asks for is a part of a page: it is told to go there instead."""
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = redirect_to_login(request.get_full_path()).url
        return answer
    return redirect_to_login(request.get_full_path())
