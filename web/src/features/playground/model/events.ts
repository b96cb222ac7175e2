import type { Run } from '@/api';
import type { ServerPayloads } from '@/realtime';

type Payloads = Omit<ServerPayloads['chat'], 'started' | 'done' | 'message' | 'user_message'> & {
  started: Pick<ServerPayloads['chat']['started'], 'run_id' | 'message_id'> & {
    run?: Pick<Run, 'target_id'>;
  };
  done: Pick<ServerPayloads['chat']['done'], 'run_id' | 'finish_reason'>;
  message: Pick<ServerPayloads['chat']['message'], 'message'>;
  user_message: Pick<ServerPayloads['chat']['user_message'], 'message'>;
};

/** What the server says on the `chat` channel about one conversation, as far as it is used here. */
export type ChatEvent = {
  [Type in keyof Payloads]: { type: Type; payload: Payloads[Type] };
}[keyof Payloads];

export type StepText = Payloads['token'];
export type ToolCall = Payloads['tool_call'];
export type ToolResult = Payloads['tool_result'];
export type ChatError = Payloads['error'];
