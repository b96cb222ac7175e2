import { lazy } from 'react';

export const ShortcutHelp = lazy(() =>
  import('./shortcut-help').then((made) => ({ default: made.ShortcutHelp })),
);
