"""What can go wrong on the way out. No message holds a header value, a path, a query or a resolved address."""

from __future__ import annotations

from orbiter.errors import OrbiterError


class EgressError(OrbiterError):
    """The destination may not be reached from here, or (where the policy says so) did not answer."""

    code = "EGRESS_BLOCKED"


class InvalidUrlError(EgressError):
    """The text is not an http or https URL that the client accepts."""

    code = "INVALID_URL"


class InvalidHeaderError(OrbiterError):
    """A header that may not be sent: a broken name or value, or one that only the client itself may set."""

    code = "INVALID_HEADER"


class HttpTimeoutError(OrbiterError):
    code = "HTTP_TIMEOUT"
    retryable = True


class HttpConnectionError(OrbiterError):
    """No connection, a cut one, or an answer that is not HTTP."""

    code = "HTTP_CONNECTION"
    retryable = True


class TooManyRedirectsError(OrbiterError):
    code = "TOO_MANY_REDIRECTS"


class ResponseTooLargeError(OrbiterError):
    """The decoded body, one line of it or the headers passed their cap."""

    code = "RESPONSE_TOO_LARGE"
