"""What can go wrong at the first door. The answers do not tell whether an account exists."""

from __future__ import annotations

from orbiter_api.kit.errors import ConflictError, ForbiddenError, NotFoundError, UnauthorizedError


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


class NotOneselfError(ConflictError):
    def __init__(self) -> None:
        super().__init__("You cannot do this to your own account. Ask another administrator.")


class LastAdminError(ConflictError):
    def __init__(self) -> None:
        super().__init__("This is the last administrator. Make another person an administrator first.")


class NoSuccessorError(ConflictError):
    def __init__(self) -> None:
        super().__init__("This person owns something. Say who takes it over: give reassign_to.")


class SuccessorError(ConflictError):
    def __init__(self) -> None:
        super().__init__("Nobody can take over who is not an active person here. Choose another one.")


class InvitedAlreadyError(ConflictError):
    def __init__(self) -> None:
        super().__init__("This email has an invite already. Send it again, or revoke it first.")


class InviteGoneError(NotFoundError):
    def __init__(self) -> None:
        super().__init__("invite")
        self.detail = "This invite link does not hold any more. Ask whoever invited you for a new one."
