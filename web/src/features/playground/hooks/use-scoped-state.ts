import { useState } from 'react';

/** State that belongs to one conversation: in another one it is null again. */
export function useScopedState<T>(scope: string | null): [T | null, (value: T | null) => void] {
  const [state, setState] = useState<{ scope: string | null; value: T | null }>({
    scope,
    value: null,
  });
  const set = (value: T | null) => setState({ scope, value });
  return [state.scope === scope ? state.value : null, set];
}
