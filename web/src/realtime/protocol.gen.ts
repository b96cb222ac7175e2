// Made by `make types` from the server's realtime schema. Do not edit.
import type { Conversation, Message, Run, RunStep, Usage } from '../api/generated/types.gen';

export type Channel = keyof ServerPayloads;

/** What travels in both directions. `seq` counts per (channel, topic). */
export interface Envelope {
  channel: Channel;
  type: string;
  payload?: unknown;
  id?: string;
  topic?: string;
  seq?: number;
  ts?: string;
}

/** An envelope that belongs to a topic: the only kind that a subscription delivers. */
export interface TopicEvent extends Envelope {
  topic: string;
  seq: number;
}

export type ChatDonePayload = {
  run_id: string;
  status: 'cancelled' | 'failed' | 'succeeded';
  usage: Usage;
  cost_usd_micros: number;
  latency_ms: number;
  finish_reason: string;
};

export type ChatErrorPayload = {
  run_id: string;
  code: string;
  message: string;
  retryable: boolean;
};

export type ChatResumePayload = {
  run_id?: string | null;
  conversation_id?: string | null;
  step_id?: string | null;
  decision?: 'done' | 'fail' | 'retry' | null;
  output?: unknown;
};

/** `parent_id` absent continues at the head; given, it makes a sibling of the messages below that parent (null: of the first message). A repeated `client_message_id` returns the run that the first one started. */
export type ChatSendPayload = {
  content: string;
  agent_id?: string | null;
  conversation_id?: string | null;
  parent_id?: string | null;
  client_message_id?: string | null;
};

/** The run to stop: by its id, or as the one that is active in a conversation. */
export type ChatStopPayload = {
  run_id?: string | null;
  conversation_id?: string | null;
};

/** The answer waits for a person: `GET /runs/{id}/steps` says at which step. */
export type ChatWaitingPayload = {
  run_id: string;
};

export type ConnectedPayload = {
  user_id: string;
  channels: string[];
  connection_id: string;
};

export type ConversationPayload = {
  conversation: Conversation;
};

export type EmptyPayload = Record<string, never>;

export type ErrorPayload = {
  code: string;
  message: string;
};

export type ExecutionDonePayload = {
  run_id: string;
  status: 'cancelled' | 'failed' | 'succeeded';
};

export type MessagePayload = {
  message: Message;
  run_id?: string | null;
};

/** A notification, as `GET /notifications` gives it. */
export type Notification = Record<string, unknown>;

/** A new one, or one whose `count` has grown. */
export type NotificationPayload = {
  notification: Notification;
};

/** Some were read or removed, perhaps in another tab; so many are still unread. */
export type NotificationsReadPayload = {
  unread: number;
};

export type RunStartedPayload = {
  run_id: string;
  status: 'running';
};

export type StartedPayload = {
  conversation_id: string;
  run_id: string;
  message_id: string;
  message: Message;
  run: Run;
};

export type StepPayload = {
  run_id: string;
  step: RunStep;
};

/** Every event of the subscription that follows has a number above `seq`. `missed`: events after the asked number are not kept any more; fetch the current state by REST. */
export type SubscribedPayload = {
  channel: string;
  topic: string | null;
  seq: number;
  missed: boolean;
};

/** A piece of an answer or of its reasoning. A higher `attempt` replaces all that the step has shown before. */
export type TokenPayload = {
  run_id: string;
  step_id: string;
  attempt: number;
  text: string;
};

export type ToolCallPayload = {
  run_id: string;
  step_id: string;
  name: string;
  arguments: unknown;
};

export type ToolResultPayload = {
  run_id: string;
  step_id: string;
  name: string;
  result: unknown;
  duration_ms?: number | null;
  error?: string | null;
};

export type TopicPayload = {
  channel: string;
  topic: string | null;
};

/** First with the step that asks, then, once the run has left memory, without. */
export type WaitingPayload = {
  run_id: string;
  step?: RunStep | null;
};

/** What the server sends: channel, type, payload. */
export interface ServerPayloads {
  system: {
    connected: ConnectedPayload;
    subscribed: SubscribedPayload;
    unsubscribed: TopicPayload;
    resync: TopicPayload;
    ack: EmptyPayload;
    ping: EmptyPayload;
    error: ErrorPayload;
  };
  chat: {
    user_message: MessagePayload;
    started: StartedPayload;
    token: TokenPayload;
    reasoning: TokenPayload;
    tool_call: ToolCallPayload;
    tool_result: ToolResultPayload;
    message: MessagePayload;
    conversation: ConversationPayload;
    waiting: ChatWaitingPayload;
    done: ChatDonePayload;
    error: ChatErrorPayload;
  };
  execution: {
    run_started: RunStartedPayload;
    step_started: StepPayload;
    step_completed: StepPayload;
    step_failed: StepPayload;
    waiting: WaitingPayload;
    execution_completed: ExecutionDonePayload;
  };
  notifications: {
    notification: NotificationPayload;
    read: NotificationsReadPayload;
  };
}
