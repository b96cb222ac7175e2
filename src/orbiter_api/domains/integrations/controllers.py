"""Routes under /notifications: the caller's own."""

from litestar import Controller, delete, get, post, put
from litestar.status_codes import HTTP_200_OK

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.integrations.schemas import (
    Notification,
    NotificationSettings,
    NotificationSettingsSet,
    UnreadCount,
)
from orbiter_api.domains.integrations.service import Notifications
from orbiter_api.kit.pagination import DEFAULT_LIMIT, Cursor, Limit, Page
from orbiter_api.kit.services import Services
from orbiter_api.security.principal import Principal
from orbiter_api.security.roles import require
from orbiter_api.security.scopes import key_scope


class NotificationController(Controller):
    path = "/notifications"
    opt = key_scope("none")
    tags = ("Notifications",)

    @get(operation_id="listNotifications", summary="One's notifications, newest first")
    async def list_notifications(
        self, services: Services, principal: Principal, unread: bool = False, cursor: Cursor = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Page[Notification]:  # fmt: skip
        return await services.get(Notifications).list(principal, unread=unread, cursor=cursor, limit=limit)

    @get("/unread", operation_id="countUnreadNotifications", summary="How many are unread")
    async def count_unread(self, services: Services, principal: Principal) -> UnreadCount:
        return await services.get(Notifications).unread(principal)

    @post(
        "/read", operation_id="readAllNotifications", summary="Mark all as read", guards=[require("viewer")],
        status_code=HTTP_200_OK,
    )  # fmt: skip
    async def read_all(self, services: Services, principal: Principal, uow: UnitOfWork) -> UnreadCount:
        return await services.get(Notifications).mark_all_read(uow, principal)

    @get("/settings", operation_id="getNotificationSettings", summary="Which kinds one does not want")
    async def get_settings(self, services: Services, principal: Principal) -> NotificationSettings:
        return await services.get(Notifications).settings(principal)

    @put(
        "/settings", operation_id="setNotificationSettings", summary="Choose which kinds one does not want",
        guards=[require("viewer")],
    )  # fmt: skip
    async def set_settings(
        self, services: Services, principal: Principal, uow: UnitOfWork, data: NotificationSettingsSet
    ) -> NotificationSettings:
        return await services.get(Notifications).set_muted(uow, principal, data.muted)

    @post(
        "/{notification_id:str}/read", operation_id="readNotification", summary="Mark one as read",
        guards=[require("viewer")], status_code=HTTP_200_OK,
    )  # fmt: skip
    async def read_one(
        self, services: Services, principal: Principal, uow: UnitOfWork, notification_id: str
    ) -> Notification:
        return await services.get(Notifications).mark_read(uow, principal, notification_id)

    @delete(
        "/{notification_id:str}", operation_id="deleteNotification", summary="Remove one", guards=[require("viewer")]
    )
    async def delete_one(self, services: Services, principal: Principal, uow: UnitOfWork, notification_id: str) -> None:
        await services.get(Notifications).delete(uow, principal, notification_id)
