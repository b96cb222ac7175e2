let leaving = false;

/** The person signs out: where the browser goes next is the sign-out's to say, and not the closed socket's. */
export function isLeaving(): boolean {
  return leaving;
}

export function setLeaving(now: boolean): void {
  leaving = now;
}
