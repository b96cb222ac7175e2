"""How conversations join the app."""

from __future__ import annotations

from collections.abc import Sequence

from orbiter_api.db import UnitOfWork
from orbiter_api.domains.agents import AgentService
from orbiter_api.domains.conversations.agent_run import AgentRuns
from orbiter_api.domains.conversations.channel import ChatChannel, ChatTopics
from orbiter_api.domains.conversations.controllers import (
    AgentRunController,
    ConversationController,
    MessageController,
    ShareController,
    SharedController,
)
from orbiter_api.domains.conversations.elsewhere import TurnsElsewhere
from orbiter_api.domains.conversations.ownership import PrivateConversations, SharedConversations
from orbiter_api.domains.conversations.repository_expiry import EXPIRING
from orbiter_api.domains.conversations.rights import RunRights
from orbiter_api.domains.conversations.searchables import searchables
from orbiter_api.domains.conversations.service import ConversationService
from orbiter_api.domains.conversations.sharing import ShareService
from orbiter_api.domains.conversations.turns import TurnService
from orbiter_api.domains.execution import RunDispatcher, RunKinds, RunService, RunTail
from orbiter_api.domains.identity import Belongings, PersonRemoved
from orbiter_api.kit.domain import Domain
from orbiter_api.kit.events import Event, Listener
from orbiter_api.kit.services import Services


def _setup(services: Services) -> None:
    agents, runs, dispatcher = services.get(AgentService), services.get(RunService), services.get(RunDispatcher)
    turns = TurnService(services.db, services.hub, dispatcher, agents, runs)
    agents.history = turns.history
    services.get(RunKinds).end_hooks.append(turns.answer)
    services.get(RunTail).hooks.append(TurnsElsewhere(services.db).said)
    services.put(turns)
    conversations = ConversationService(services.db, services.hub, agents, runs)
    services.put(conversations)
    services.put(ShareService(services.db, conversations, runs))
    services.put(AgentRuns(turns, dispatcher, runs))
    topics = ChatTopics(services.db)
    services.get(Belongings).add(SharedConversations())
    services.get(Belongings).add_private(PrivateConversations())
    runs.conversations = RunRights(services.db, topics)
    services.topics["chat"] = topics
    services.channels["chat"] = ChatChannel(topics, turns, runs)


def _listeners(services: Services) -> Sequence[Listener]:
    topics = services.topics["chat"]

    async def forget_owners(uow: UnitOfWork, events: Sequence[Event]) -> None:
        if isinstance(topics, ChatTopics) and any(isinstance(event, PersonRemoved) for event in events):
            uow.after_commit(topics.forget)

    return [forget_owners]


domain = Domain(
    name="conversations",
    row=7,
    controllers=(ConversationController, MessageController, ShareController, SharedController, AgentRunController),
    setup=_setup,
    listeners=_listeners,
    expiring=EXPIRING,
    searchables=searchables,
)
