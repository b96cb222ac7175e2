import type { Conversation, Message } from '@/api';

/** What the server says on the `chat` channel about one conversation. */
export type ChatEvent =
  | { type: 'user_message'; payload: { message: Message } }
  | { type: 'started'; payload: { run_id: string; message_id: string } }
  | { type: 'token' | 'reasoning'; payload: StepText }
  | { type: 'tool_call'; payload: ToolCall }
  | { type: 'tool_result'; payload: ToolResult }
  | { type: 'message'; payload: { message: Message } }
  | { type: 'done'; payload: { run_id: string; finish_reason: string } }
  | { type: 'error'; payload: ChatError }
  | { type: 'conversation'; payload: { conversation: Conversation } };

export type StepText = { run_id: string; step_id: string; attempt: number; text: string };
export type ToolCall = { run_id: string; step_id: string; name: string; arguments: unknown };
export type ToolResult = {
  run_id: string;
  step_id: string;
  name: string;
  result?: unknown;
  error?: string | null;
  duration_ms?: number | null;
};
export type ChatError = { run_id: string; code: string; message: string; retryable: boolean };
