"""What a view needs, by its own word: `scopes` by method, and `everybodys` when it tells of all organizations."""

from typing import ClassVar

from rest_framework.authentication import BasicAuthentication, SessionAuthentication
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from monitoring.access import Caller, Scope, caller_of, refusal
from monitoring.api.authentication import TokenAuthentication
from monitoring.api.parsing import BoundedJSONParser

_LOOKS_ONLY = {"HEAD": "GET", "OPTIONS": "GET"}


class Allowed(BasePermission):
    message = ""

    def has_permission(self, request: Request, view: APIView) -> bool:
        caller = caller_of(request)
        if not caller.name:
            return False
        scope = _scope(view, str(request.method))
        if not caller.may(scope, everybodys=getattr(view, "everybodys", False)):
            self.message = refusal(caller, scope)
            return False
        return True


class SignedIn(BasePermission):
    """Whoever may do anything at all."""

    def has_permission(self, request: Request, _view: APIView) -> bool:
        return bool(caller_of(request).scopes)


class View(APIView):
    """What every address of the API is made from."""

    authentication_classes = (TokenAuthentication, SessionAuthentication, BasicAuthentication)
    permission_classes = (Allowed,)
    parser_classes = (BoundedJSONParser,)
    scopes: ClassVar[dict[str, Scope]] = {}
    everybodys: ClassVar[bool] = False

    @property
    def caller(self) -> Caller:
        return caller_of(self.request)


def _scope(view: APIView, method: str) -> Scope:
    scopes: dict[str, Scope] = getattr(view, "scopes", {})
    for name in (method, _LOOKS_ONLY.get(method, "")):
        if name in scopes:
            return scopes[name]
    if scopes:
        return next(iter(scopes.values()))  # a method it does not have: whoever may use it is told so
    raise MethodNotAllowed(method)
