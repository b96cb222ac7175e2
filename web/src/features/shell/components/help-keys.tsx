import { Suspense, useState } from 'react';
import { useShortcut } from '@/shared/shortcuts';
import { toggleTheme } from '../theme';
import { ShortcutHelp } from './lazy-shortcut-help';

/** For a frame other than the shell: the keys that do the same everywhere. */
export function HelpKeys() {
  const [help, setHelp] = useState(false);
  useShortcut('?', () => setHelp(true));
  useShortcut('shift+d', toggleTheme);
  if (!help) return null;
  return (
    <Suspense fallback={null}>
      <ShortcutHelp open onOpenChange={setHelp} />
    </Suspense>
  );
}
