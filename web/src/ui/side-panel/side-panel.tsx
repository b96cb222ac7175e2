import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '../cx';
import { useFocusReturnAfter } from '../dialog/use-focus-return';
import { IconButton } from '../icon-button/icon-button';
import { messages } from '../messages';
import { Sheet } from '../sheet/sheet';
import { useMediaQuery, WITH_SIDE_PANEL } from '../use-media-query';

export type SidePanelProps = {
  title: string;
  /** Left of the title. */
  leading?: ReactNode;
  /** Right of the title. */
  status?: ReactNode;
  /** Right end of the header. */
  actions?: ReactNode;
  open: boolean;
  /** Leave out for a panel that is always there from 1101px; below it opens as a sheet. */
  onClose?: () => void;
  children: ReactNode;
  footer?: ReactNode;
  tone?: 'surface' | 'sunken';
  width?: 348 | 384 | 396 | 404 | 424;
  /** There are changes: closing the sheet asks first. */
  dirty?: boolean;
  flush?: boolean;
};

const WIDTH = {
  348: 'w-[348px]',
  384: 'w-[384px]',
  396: 'w-[396px]',
  404: 'w-[404px]',
  424: 'w-[424px]',
};

/** The header and the footer begin where the bodies of panels of this width do. */
const INSET = {
  348: 'pl-4',
  384: 'pl-5',
  396: 'pl-[18px]',
  404: 'pl-[22px]',
  424: 'pl-5',
};

/** Beside the content from 1101px, a sheet over it below. */
export function SidePanel(props: SidePanelProps) {
  const beside = useMediaQuery(WITH_SIDE_PANEL);
  if (!beside) {
    return (
      <Sheet
        open={props.open}
        onOpenChange={(open) => !open && props.onClose?.()}
        title={props.title}
        status={props.status}
        footer={props.footer}
        dirty={props.dirty}
        flush={props.flush}
      >
        {props.children}
      </Sheet>
    );
  }
  return props.open ? <Beside {...props} /> : null;
}

function Beside(props: SidePanelProps) {
  const {
    title,
    leading,
    status,
    actions,
    onClose,
    children,
    footer,
    tone = 'surface',
    width = 404,
  } = props;
  return (
    <aside
      aria-label={title}
      className={cx(
        'flex min-h-0 flex-none flex-col border-l border-line',
        WIDTH[width],
        // A well would not be seen on a panel of its own colour.
        tone === 'sunken' ? 'bg-sunken [--o-well:var(--o-raised)]' : 'bg-surface',
      )}
    >
      <header
        className={cx(
          'flex flex-none items-center gap-2.5 border-b border-line pr-3.5',
          props.flush ? 'h-[46px]' : 'h-14',
          INSET[width],
        )}
      >
        {leading}
        <h2 className="heading min-w-0 truncate">{title}</h2>
        {status}
        <span className="ml-auto flex flex-none items-center gap-1">
          {actions}
          {onClose && <CloseButton onClose={onClose} />}
        </span>
      </header>
      <div
        className={cx('scroll-thin flex flex-1 flex-col', !props.flush && 'gap-5 px-[22px] py-5')}
      >
        {children}
      </div>
      {footer && (
        <footer
          className={cx(
            'flex flex-none items-center gap-2 border-t border-line py-3 pr-[18px]',
            INSET[width],
          )}
        >
          {footer}
        </footer>
      )}
    </aside>
  );
}

function CloseButton({ onClose }: { onClose: () => void }) {
  useFocusReturnAfter();
  return <IconButton icon={X} label={messages.close} onClick={onClose} />;
}
