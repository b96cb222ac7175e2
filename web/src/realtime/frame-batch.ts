/** A hidden page gets no animation frames; its events are applied this often instead. */
const HIDDEN_MS = 250;

export interface FrameBatch<T> {
  push(item: T): void;
  /** Applies what waits now. */
  flush(): void;
  /** Forgets what waits. */
  cancel(): void;
}

/** Collects items and applies them together, at most once per animation frame. */
export function frameBatch<T>(apply: (items: T[]) => void): FrameBatch<T> {
  let items: T[] = [];
  let cancelTick: (() => void) | null = null;

  function flush() {
    cancelTick?.();
    cancelTick = null;
    if (items.length === 0) return;
    const batch = items;
    items = [];
    apply(batch);
  }

  return {
    push(item) {
      items.push(item);
      cancelTick ??= nextTick(flush);
    },
    flush,
    cancel() {
      cancelTick?.();
      cancelTick = null;
      items = [];
    },
  };
}

/** The next frame, or a short while when none comes because the page went out of sight. */
function nextTick(run: () => void): () => void {
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, HIDDEN_MS);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
