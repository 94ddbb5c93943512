"""Who sends a request: the holder of a token, else whoever is signed in."""

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from monitoring.access import Caller
from monitoring.tokens import TokenUnknown, caller_with

_SCHEME = "bearer"


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer kq_…`. A token in the address is no token: addresses are logged."""

    def authenticate(self, request: Request) -> tuple[Caller, str] | None:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != _SCHEME:
            return None
        try:
            caller = caller_with(text.strip())
        except TokenUnknown as error:
            raise AuthenticationFailed(str(error) or "This token is unknown, has expired or was revoked.") from None
        return caller, caller.name

    def authenticate_header(self, _request: Request) -> str:
        return 'Bearer realm="workflow-queue"'
