"""The one way out: a guarded HTTP client, the default of the `HttpClient` port.

Names are resolved once, every address is checked, and the checked address is the one dialled. The HTTP engine below
is loaded when the first client is made.
"""

from orbiter.net.client import GuardedHttpClient
from orbiter.net.errors import (
    EgressError,
    HttpConnectionError,
    HttpTimeoutError,
    InvalidHeaderError,
    InvalidUrlError,
    ResponseTooLargeError,
    TooManyRedirectsError,
)
from orbiter.net.headers import clean_header
from orbiter.net.outgoing import Timeouts
from orbiter.net.policy import Blocked, EgressPolicy, Resolver

__all__ = [
    "Blocked",
    "EgressError",
    "EgressPolicy",
    "GuardedHttpClient",
    "HttpConnectionError",
    "HttpTimeoutError",
    "InvalidHeaderError",
    "InvalidUrlError",
    "Resolver",
    "ResponseTooLargeError",
    "Timeouts",
    "TooManyRedirectsError",
    "clean_header",
]
