export type RealtimeErrorCode = 'CONNECTION_LOST' | 'REQUEST_TIMEOUT' | (string & {});

/** A request on the socket that got no good answer. `code` is the server's, or one of the two local ones. */
export class RealtimeError extends Error {
  readonly code: RealtimeErrorCode;

  constructor(code: RealtimeErrorCode, message: string) {
    super(message);
    this.name = 'RealtimeError';
    this.code = code;
  }

  /** True when nobody knows whether the server saw the request: ask again with the same client id. */
  get undelivered(): boolean {
    return this.code === 'CONNECTION_LOST' || this.code === 'REQUEST_TIMEOUT';
  }
}
