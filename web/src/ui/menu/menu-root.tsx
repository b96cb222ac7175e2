import { Check } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { type RefObject, useCallback, useState } from 'react';
import { cx } from '../cx';
import { Icon } from '../icon/icon';
import { Kbd } from '../kbd/kbd';
import type { MenuItem, MenuProps } from './types';

type Props = MenuProps & {
  /** It was asked for before this file had come. */
  startsOpen: boolean;
  /** Whether the button that stood here until then has the focus. */
  focused: RefObject<boolean>;
};

export default function MenuRoot(props: Props) {
  const { trigger, items, label, header, align = 'end', side, startsOpen, focused } = props;
  const { landmark, place } = useLandmark();
  const ref = useCallback(
    (trigger: HTMLButtonElement | null) => {
      place(trigger);
      if (focused.current && !startsOpen) trigger?.focus();
    },
    [place, focused, startsOpen],
  );
  return (
    <DropdownMenu.Root modal={false} defaultOpen={startsOpen}>
      <DropdownMenu.Trigger asChild ref={ref}>
        {trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={landmark}>
        <DropdownMenu.Content
          aria-label={label}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="o-pop pop min-w-48 p-1 outline-none"
        >
          {header && <div className="mb-1 border-b border-line px-2 pt-1.5 pb-2">{header}</div>}
          {items.map((item, index) =>
            item === 'separator' ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: separators have no other identity
              <DropdownMenu.Separator key={index} className="-mx-1 my-1 h-px bg-line" />
            ) : (
              <Item key={item.label} item={item} />
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

/** What a reader finds by landmarks holds its menus too; inside a dialog they stay in the dialog. */
function useLandmark() {
  const [landmark, setLandmark] = useState<HTMLElement | null>(null);
  const place = useCallback((trigger: HTMLButtonElement | null) => {
    setLandmark(trigger?.closest<HTMLElement>('[role="dialog"], main, header, aside') ?? null);
  }, []);
  return { landmark, place };
}

function Item({ item }: { item: Exclude<MenuItem, 'separator'> }) {
  return (
    <DropdownMenu.Item
      disabled={item.disabled}
      onSelect={item.onSelect}
      className={cx(
        'flex h-7 items-center gap-2 rounded-sm px-2 text-sm outline-none select-none data-disabled:text-fg-4 data-highlighted:bg-hover max-md:h-10',
        item.danger && 'text-danger-text',
      )}
    >
      {item.icon && (
        <Icon icon={item.icon} size={14} className={item.danger ? undefined : 'text-fg-3'} />
      )}
      <span className="flex-1">{item.label}</span>
      {item.shortcut && <Kbd keys={item.shortcut} />}
      {item.checked && <Icon icon={Check} size={14} className="text-brand-text" />}
    </DropdownMenu.Item>
  );
}
