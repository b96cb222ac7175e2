"""What the workspace's rules about signing in refuse."""

from __future__ import annotations

from orbiter_api.kit.errors import AppError, ConflictError, ForbiddenError, ValidationFailedError


class PasswordOffError(ForbiddenError):
    """Said to everybody alike, before anything is looked up."""

    code = "PASSWORD_SIGN_IN_OFF"

    def __init__(self) -> None:
        super().__init__("Passwords are switched off in this workspace. Use single sign-on.")


class OnlyWayInError(ConflictError):
    def __init__(self, what: str) -> None:
        super().__init__(
            f"Passwords are switched off, and {what} Allow passwords under Sign-in methods first, then do this again."
        )


def no_provider(why: str) -> AppError:
    return ValidationFailedError.of(
        "password", f"cannot be switched off while single sign-on does not work: {why} Put that right first."
    )


def no_connected_admin() -> AppError:
    return ValidationFailedError.of(
        "password",
        "cannot be switched off yet: no active administrator has connected their account with the sign-in provider."
        " Connect yours under Sign-in and security first.",
    )


def own_factor_first() -> AppError:
    return ValidationFailedError.of(
        "second_factor",
        "set up a second factor for your own account first, under Sign-in and security; then require it of others",
    )
