/** Shapes on the socket. Names are those of the server's exported realtime schema. */

export type Channel = 'system' | 'chat' | 'execution' | 'logs' | 'sandbox' | 'notifications'

/** What travels in both directions. `seq` counts per (channel, topic). */
export interface Envelope {
  channel: Channel
  type: string
  payload?: unknown
  id?: string
  topic?: string
  seq?: number
  ts?: string
}

/** An envelope that belongs to a topic: the only kind that a subscription delivers. */
export interface TopicEvent extends Envelope {
  topic: string
  seq: number
}

export interface Connected {
  user_id: string
  channels: Channel[]
  connection_id: string
}

export interface Subscribed {
  channel: Channel
  topic: string | null
  seq: number
  missed: boolean
}

export interface Resync {
  channel: Channel
  topic: string | null
}

export interface SystemError {
  code: string
  message: string
}
