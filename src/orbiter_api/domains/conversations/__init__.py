"""Conversations: messages as parts, branches instead of overwriting, and the turns that answer them."""

from orbiter_api.domains.conversations.schemas import Conversation, Message
from orbiter_api.domains.conversations.service import ConversationService
from orbiter_api.domains.conversations.turns import TurnService

__all__ = ["Conversation", "ConversationService", "Message", "TurnService"]
