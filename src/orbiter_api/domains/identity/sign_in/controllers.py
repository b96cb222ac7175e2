"""`/settings/sign-in`."""

from litestar import Controller, get, patch

from orbiter_api.domains.identity.sign_in.schemas import SignInUpdate, SignInView
from orbiter_api.domains.identity.sign_in.service import SignInConfiguration
from orbiter_api.kit.revision import IfMatch, parse_if_match
from orbiter_api.kit.services import Services
from orbiter_api.security import Principal, key_scope, require


class SignInSettingsController(Controller):
    path = "/settings/sign-in"
    tags = ("Settings",)
    guards = (require("admin"),)
    opt = key_scope("none")

    @get(operation_id="getSignInSettings", summary="Which ways in are allowed, and who needs a second factor")
    async def view(self, services: Services) -> SignInView:
        return await services.get(SignInConfiguration).view()

    @patch(operation_id="updateSignInSettings", summary="Change the ways in")
    async def change(
        self, data: SignInUpdate, principal: Principal, services: Services, if_match: IfMatch = None
    ) -> SignInView:
        return await services.get(SignInConfiguration).change(principal, data, parse_if_match(if_match))
