"""What can go wrong at the first door. The answers do not tell whether an account exists."""

from __future__ import annotations

from orbiter_api.kit.errors import ConflictError, ForbiddenError, UnauthorizedError


class WrongCredentialsError(UnauthorizedError):
    def __init__(self) -> None:
        super().__init__("The email or the password is wrong. Check both and try again.")


class SetupDoneError(ConflictError):
    def __init__(self) -> None:
        super().__init__("Orbiter is already set up. Sign in instead.")


class SetupTokenError(ForbiddenError):
    def __init__(self) -> None:
        super().__init__("The set-up code is missing or wrong. It stands in the server's log; copy it from there.")


class EmailTakenError(ConflictError):
    def __init__(self) -> None:
        super().__init__("Someone with this email already has an account. Use another email.")


class FirstUserError(ConflictError):
    def __init__(self) -> None:
        super().__init__("The first user must be an admin. Use --role admin, or open the page and set up there.")
