import type { LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';

export type MenuItem =
  | 'separator'
  | {
      label: string;
      onSelect: () => void;
      icon?: LucideIcon;
      shortcut?: string;
      danger?: boolean;
      disabled?: boolean;
      /** Shows a tick: one of several choices. */
      checked?: boolean;
    };

export type MenuProps = {
  /** A button; it gets the menu's aria attributes. */
  trigger: ReactElement;
  items: readonly MenuItem[];
  label?: string;
  /** Above the items: who is signed in, what the menu is about. */
  header?: ReactNode;
  align?: 'start' | 'end';
  side?: 'top' | 'bottom';
};
