"""`Idempotency-Key`: a client that got no answer asks again under the same key, and it happens once.

Request and answer are stored in the transaction of what the request does. A second one under the same key waits for
the first, and is then given its answer. What was not acceptable to begin with is not kept.
"""

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from monitoring.access import Caller
from monitoring.models import IdempotentRequest

REPLAYED = "Idempotent-Replay"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")

_TAKE = """
INSERT INTO idempotent_requests (actor, key, sha256, created_at) VALUES (%s, %s, %s, now()) ON CONFLICT DO NOTHING"""


class KeyUsedOtherwise(APIException):
    """This Idempotency-Key was used for another request."""

    status_code = 422
    default_detail = "This Idempotency-Key was used for another request."


def once(request: Request, caller: Caller, act: Callable[[], Response]) -> Response:
    """Answer with `act`, in a transaction; under a key that was used for the same request, with what it answered."""
    key = request.headers.get("Idempotency-Key")
    with transaction.atomic():
        if key is None:
            return act()
        if not _KEY.fullmatch(key):
            raise ValidationError({"Idempotency-Key": ["1 to 200 visible ASCII characters."]})
        told = _taken(request, caller, key)
        if told is not None:
            return Response(told.answer, status=told.code, headers={REPLAYED: "true"})
        response = act()
        answer = json.loads(json.dumps(response.data, cls=JSONEncoder))
        IdempotentRequest.objects.filter(actor=caller.name, key=key).update(code=response.status_code, answer=answer)
        return response


def _taken(request: Request, caller: Caller, key: str) -> IdempotentRequest | None:
    """None when the key is this request's now."""
    digest = _digest(request)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [caller.name, key, digest])
        if cursor.rowcount:
            return None
    told = IdempotentRequest.objects.get(actor=caller.name, key=key)
    if bytes(told.sha256) != digest:
        raise KeyUsedOtherwise
    return told


def _digest(request: Request) -> bytes:
    data: Any = request.data
    text = json.dumps([request.method, request.get_full_path(), data], sort_keys=True, cls=JSONEncoder)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
