"""Routes under /providers, /provider-types, /models and /settings/egress."""

from litestar import Controller, delete, get, patch, post
from litestar.status_codes import HTTP_200_OK

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.providers.catalog import ModelCatalog
from orbiter_api.domains.providers.egress import EgressService
from orbiter_api.domains.providers.keys import KeyService
from orbiter_api.domains.providers.schemas import (
    DetectedProvider,
    Egress,
    EgressTest,
    EgressTestInput,
    EgressUpdate,
    KeyTest,
    Model,
    ModelAdd,
    ModelUpdate,
    Provider,
    ProviderCreate,
    ProviderKey,
    ProviderKeyCreate,
    ProviderKeyUpdate,
    ProviderSpend,
    ProviderTest,
    ProviderType,
    ProviderUpdate,
)
from orbiter_api.domains.providers.service import ProviderService, provider_types
from orbiter_api.kit.errors import ProviderError
from orbiter_api.kit.pagination import DEFAULT_LIMIT, Cursor, Limit, Page
from orbiter_api.kit.problems import responses
from orbiter_api.kit.revision import IfMatch, parse_if_match
from orbiter_api.kit.services import Services
from orbiter_api.security.principal import Principal
from orbiter_api.security.roles import require
from orbiter_api.security.scopes import key_scope


class ProviderController(Controller):
    path = "/providers"
    tags = ("Providers",)
    opt = key_scope("read")

    @get(operation_id="listProviders", summary="List providers")
    async def list_providers(
        self, services: Services, principal: Principal, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
    ) -> Page[Provider]:
        return await services.get(ProviderService).list(principal, cursor, limit)

    @post(operation_id="createProvider", summary="Add a provider", guards=[require("admin")])
    async def create_provider(
        self, services: Services, principal: Principal, uow: UnitOfWork, data: ProviderCreate
    ) -> Provider:
        return await services.get(ProviderService).create(uow, principal, data)

    @get("/detected", operation_id="detectProviders", summary="What runs on this machine", guards=[require("admin")])
    async def detect_providers(self, services: Services) -> list[DetectedProvider]:
        return await services.get(ProviderService).detect()

    @get(
        "/spend", operation_id="listProviderSpend", summary="What was spent this month, by provider",
        guards=[require("admin")],
    )  # fmt: skip
    async def list_provider_spend(self, services: Services) -> list[ProviderSpend]:
        return await services.get(ProviderService).spend()

    @get("/{provider_id:str}", operation_id="getProvider", summary="One provider")
    async def get_provider(self, services: Services, principal: Principal, provider_id: str) -> Provider:
        return await services.get(ProviderService).get(principal, provider_id)

    @patch("/{provider_id:str}", operation_id="updateProvider", summary="Change a provider", guards=[require("admin")])
    async def update_provider(
        self,
        services: Services,
        principal: Principal,
        uow: UnitOfWork,
        provider_id: str,
        data: ProviderUpdate,
        if_match: IfMatch = None,
    ) -> Provider:
        return await services.get(ProviderService).update(uow, principal, provider_id, parse_if_match(if_match), data)

    @delete("/{provider_id:str}", operation_id="deleteProvider", summary="Remove a provider", guards=[require("admin")])
    async def delete_provider(
        self, services: Services, principal: Principal, uow: UnitOfWork, provider_id: str
    ) -> None:
        await services.get(ProviderService).delete(uow, principal, provider_id)

    @post(
        "/{provider_id:str}/restore", operation_id="restoreProvider", summary="Bring a removed provider back",
        guards=[require("admin")], status_code=HTTP_200_OK,
    )  # fmt: skip
    async def restore_provider(
        self, services: Services, principal: Principal, uow: UnitOfWork, provider_id: str
    ) -> Provider:
        return await services.get(ProviderService).restore(uow, principal, provider_id)

    @post(
        "/{provider_id:str}/test", operation_id="testProvider", summary="Check address and key",
        guards=[require("admin")], status_code=HTTP_200_OK,
    )  # fmt: skip
    async def test_provider(self, services: Services, provider_id: str) -> ProviderTest:
        return await services.get(ProviderService).test(provider_id)

    @post(
        "/{provider_id:str}/models/refresh", operation_id="refreshModels", summary="Read the provider's list of models",
        guards=[require("admin")], status_code=HTTP_200_OK, responses=responses(ProviderError),
    )  # fmt: skip
    async def refresh_models(self, services: Services, provider_id: str) -> Page[Model]:
        return await services.get(ProviderService).refresh(provider_id)


class ProviderKeyController(Controller):
    """A key's value is written, never read. Without the role admin nothing of a key is seen."""

    path = "/providers/{provider_id:str}/keys"
    tags = ("Providers",)
    opt = key_scope("admin")
    guards = (require("admin"),)

    @get(operation_id="listProviderKeys", summary="The keys of a provider, in their order")
    async def list_provider_keys(
        self, services: Services, provider_id: str, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
    ) -> Page[ProviderKey]:
        return await services.get(KeyService).list(provider_id, cursor, limit)

    @post(operation_id="addProviderKey", summary="Add a key", guards=[require("admin")])
    async def add_provider_key(
        self, services: Services, principal: Principal, uow: UnitOfWork, provider_id: str, data: ProviderKeyCreate
    ) -> ProviderKey:
        return await services.get(KeyService).add(uow, principal, provider_id, data)

    @patch("/{key_id:str}", operation_id="updateProviderKey", summary="Change a key", guards=[require("admin")])
    async def update_provider_key(
        self,
        services: Services,
        uow: UnitOfWork,
        provider_id: str,
        key_id: str,
        data: ProviderKeyUpdate,
        if_match: IfMatch = None,
    ) -> ProviderKey:
        return await services.get(KeyService).change(uow, provider_id, key_id, parse_if_match(if_match), data)

    @delete("/{key_id:str}", operation_id="deleteProviderKey", summary="Remove a key", guards=[require("admin")])
    async def delete_provider_key(self, services: Services, uow: UnitOfWork, provider_id: str, key_id: str) -> None:
        await services.get(KeyService).delete(uow, provider_id, key_id)

    @post(
        "/{key_id:str}/test", operation_id="testProviderKey", summary="Check one key",
        guards=[require("admin")], status_code=HTTP_200_OK,
    )  # fmt: skip
    async def test_provider_key(self, services: Services, provider_id: str, key_id: str) -> KeyTest:
        return await services.get(ProviderService).test_key(provider_id, key_id)


class EgressController(Controller):
    path = "/settings/egress"
    tags = ("Settings",)
    opt = key_scope("admin")

    @get(operation_id="getEgress", summary="What may be reached from here", guards=[require("admin")])
    async def get_egress(self, services: Services) -> Egress:
        return await services.get(EgressService).get()

    @patch(operation_id="updateEgress", summary="Change what may be reached from here", guards=[require("admin")])
    async def update_egress(
        self, services: Services, uow: UnitOfWork, data: EgressUpdate, if_match: IfMatch = None
    ) -> Egress:
        return await services.get(EgressService).change(uow, parse_if_match(if_match), data)

    @post("/test", operation_id="testEgress", summary="What the rules say of an address", guards=[require("admin")],
          status_code=HTTP_200_OK)  # fmt: skip
    async def test_egress(self, services: Services, data: EgressTestInput) -> EgressTest:
        return await services.get(EgressService).test(data.url)


class ProviderTypeController(Controller):
    path = "/provider-types"
    tags = ("Providers",)
    opt = key_scope("read")

    @get(operation_id="listProviderTypes", summary="Kinds of providers and what each needs")
    async def list_provider_types(self) -> list[ProviderType]:
        return provider_types()


class ModelController(Controller):
    path = "/models"
    tags = ("Providers",)
    opt = key_scope("read")

    @get(operation_id="listModels", summary="List models")
    async def list_models(
        self,
        services: Services,
        provider_id: str | None = None,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[Model]:
        return await services.get(ModelCatalog).list(provider_id, cursor, limit)

    @post(operation_id="addModel", summary="Add a model that the provider does not list", guards=[require("admin")])
    async def add_model(self, services: Services, uow: UnitOfWork, data: ModelAdd) -> Model:
        return await services.get(ModelCatalog).add(uow, data)

    @patch("/{model_id:str}", operation_id="updateModel", summary="Switch a model, or say what it costs and can do",
           guards=[require("admin")])  # fmt: skip
    async def update_model(
        self, services: Services, uow: UnitOfWork, model_id: str, data: ModelUpdate, if_match: IfMatch = None
    ) -> Model:
        return await services.get(ModelCatalog).change(uow, model_id, parse_if_match(if_match), data)

    @delete("/{model_id:str}", operation_id="deleteModel", summary="Remove a model", guards=[require("admin")])
    async def delete_model(self, services: Services, uow: UnitOfWork, model_id: str) -> None:
        await services.get(ModelCatalog).delete(uow, model_id)
