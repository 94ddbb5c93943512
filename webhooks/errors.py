"""Why a delivery was turned away, each with the HTTP status it is answered with.

Nothing is stored for any of these: GitHub lists the delivery as failed and can send it again.
"""

from typing import ClassVar


class DeliveryRefused(Exception):
    """The delivery was turned away."""

    status: ClassVar[int] = 400
    error: ClassVar[str] = "refused"
    permanent: ClassVar[bool] = True

    def __init__(self, detail: str = "") -> None:
        self.detail = detail or " ".join((type(self).__doc__ or "").split())
        super().__init__(self.detail)


class MethodNotAllowed(DeliveryRefused):
    """Deliveries come by POST."""

    status = 405
    error = "method_not_allowed"


class LengthRequired(DeliveryRefused):
    """Content-Length is missing or is not a plain number."""

    status = 411
    error = "length_required"


class BodyTooLarge(DeliveryRefused):
    """The body is larger than the 25 MiB GitHub sends at most."""

    status = 413
    error = "body_too_large"


class ContentTypeUnsupported(DeliveryRefused):
    """Set the webhook's content type to application/json; its body is read as UTF-8, uncompressed."""

    status = 415
    error = "content_type_unsupported"


class SignatureInvalid(DeliveryRefused):
    """X-Hub-Signature-256 is missing, malformed, or made with none of the active secrets."""

    status = 401
    error = "signature_invalid"


class HeaderInvalid(DeliveryRefused):
    """A header GitHub always sends is missing or malformed."""

    error = "header_invalid"


class PayloadInvalid(DeliveryRefused):
    """The body is not the JSON object its event promises."""

    error = "payload_invalid"


class DeliveryIdReused(DeliveryRefused):
    """This delivery id is stored with another body; the stored one stands."""

    status = 409
    error = "delivery_id_reused"


class BodyNoLongerKept(DeliveryRefused):
    """The body of this delivery is no longer kept, only its size and hash: it cannot be carried out again."""

    status = 410
    error = "body_no_longer_kept"
