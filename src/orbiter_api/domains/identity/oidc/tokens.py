"""Checks an ID token: who signed it, for whom it is, when, and for which sign-in."""

from __future__ import annotations

import hmac
from typing import Any, cast

from orbiter_api.domains.identity.oidc.errors import OidcRefusedError

Jwk = dict[str, Any]

LEEWAY_S = 60
"""Clocks of two machines differ."""
MAX_TOKEN = 50_000
MIN_RSA_BITS = 2048
_CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
ALGORITHMS: dict[str, str] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    **dict.fromkeys(_CURVES, "EC"),
    "EdDSA": "OKP",
}
"""Signatures that only the holder of a private key can make, with the kind of key each needs. None that a shared secret
makes is here, and no `none`: a public key must never be taken for such a secret."""


def usable(key: Any) -> bool:
    if not isinstance(key, dict):
        return False
    parts = cast("Jwk", key)
    return parts.get("kty") in set(ALGORITHMS.values()) and parts.get("use", "sig") == "sig"


def header_of(token: str) -> tuple[str, str | None]:
    """Algorithm and key id, as the token claims them. Raises OidcRefusedError for an algorithm that is not accepted."""
    import jwt  # half a dozen modules that a server without single sign-on never needs

    if len(token) > MAX_TOKEN:
        raise OidcRefusedError("invalid", "The ID token is too long.")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise OidcRefusedError("invalid", "The ID token is malformed.") from None
    algorithm, key_id = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS:
        raise OidcRefusedError("invalid", "The ID token is signed by a method that is not accepted.")
    return algorithm, key_id if isinstance(key_id, str) else None


def verified(token: str, keys: list[Jwk], *, issuer: str, client_id: str, nonce: str) -> dict[str, Any]:
    """The token's claims. Raises OidcRefusedError, whose detail says which check failed."""
    import jwt

    algorithm, key_id = header_of(token)
    key = _key(keys, algorithm, key_id)
    try:
        claims = jwt.decode(
            token, key, algorithms=[algorithm], audience=client_id, issuer=issuer, leeway=LEEWAY_S,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )  # fmt: skip
    except jwt.PyJWTError as error:
        raise OidcRefusedError("invalid", f"The ID token was refused: {type(error).__name__}.") from None
    _check_party(claims, client_id)
    if not isinstance(claims.get("nonce"), str) or not hmac.compare_digest(claims["nonce"].encode(), nonce.encode()):
        raise OidcRefusedError("invalid", "The ID token belongs to another sign-in.")
    return claims


def _key(keys: list[Jwk], algorithm: str, key_id: str | None) -> Any:
    """The one key that may have made the signature: of the right kind and curve, under the token's key id."""
    import jwt

    fitting = [key for key in keys if _fits(key, algorithm) and (key_id is None or key.get("kid") == key_id)]
    if len(fitting) != 1:
        raise OidcRefusedError("invalid", "The ID token names no key of the provider.")
    try:
        key = jwt.PyJWK(fitting[0], algorithm).key
    except (jwt.PyJWTError, ValueError):
        raise OidcRefusedError("invalid", "The provider's key cannot be read.") from None
    if getattr(key, "key_size", MIN_RSA_BITS) < MIN_RSA_BITS and ALGORITHMS[algorithm] == "RSA":
        raise OidcRefusedError("invalid", "The provider's key is too short.")
    return key


def _fits(key: Jwk, algorithm: str) -> bool:
    curve = _CURVES.get(algorithm)
    return (
        key.get("kty") == ALGORITHMS[algorithm]
        and key.get("alg", algorithm) == algorithm
        and (curve is None or key.get("crv") == curve)
    )


def _check_party(claims: dict[str, Any], client_id: str) -> None:
    """A token for several parties says for which of them it was made."""
    audience: Any = claims["aud"]
    several = isinstance(audience, list) and len(cast("list[Any]", audience)) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise OidcRefusedError("invalid", "The ID token was made for another party.")
    if not isinstance(claims["sub"], str) or not 1 <= len(claims["sub"]) <= 255:
        raise OidcRefusedError("invalid", "The ID token names nobody.")
