"""What can go wrong with one's own account."""

from __future__ import annotations

from orbiter_api.kit.errors import AppError, BadRequestError, ConflictError, UnauthorizedError, ValidationFailedError


class SecondFactorRequiredError(UnauthorizedError):
    """Said only after the right password: before it, it would tell who has an account and a second factor."""

    code = "SECOND_FACTOR_REQUIRED"
    title = "A second factor is needed"

    def __init__(self) -> None:
        super().__init__("Enter the code that your authenticator app shows, or one of your recovery codes.")


class SecondFactorWrongError(UnauthorizedError):
    code = "SECOND_FACTOR_WRONG"
    title = "The code is wrong"

    def __init__(self) -> None:
        super().__init__("This code is wrong or was used already. Wait for the next one and try again.")


class ResetLinkError(BadRequestError):
    """Alike for a link that never was, one that was used and one that is over."""

    code = "RESET_LINK_INVALID"

    def __init__(self) -> None:
        super().__init__("This link does not hold any more. Ask for a new one.")


class StaleSessionError(ConflictError):
    """Of somebody without a password, who proves to be themselves by signing in."""

    def __init__(self) -> None:
        super().__init__("You signed in a while ago. Sign out, sign in again, and do this within ten minutes.")


class SecondFactorOnError(ConflictError):
    def __init__(self) -> None:
        super().__init__("A second factor is on already. Switch it off before you set up another one.")


class SecondFactorOffError(ConflictError):
    def __init__(self) -> None:
        super().__init__("No second factor is set up. Begin with a new one.")


def wrong_password(field: str) -> AppError:
    """Not 401: the session holds, what was typed is wrong."""
    return ValidationFailedError.of(field, "must be the password that you sign in with")


def wrong_code() -> AppError:
    return ValidationFailedError.of("code", "is wrong or was used already; wait for the next one")
