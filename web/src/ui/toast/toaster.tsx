import { Toaster as Sonner } from 'sonner';
import { cx } from '../cx';

const BOX =
  'flex w-full items-center gap-3 rounded-lg border border-line-strong bg-raised px-3.5 py-2.5 text-sm text-fg shadow-md font-sans';

export default function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      visibleToasts={3}
      duration={5_000}
      gap={8}
      // Clear of a panel's footer, and of the bar at the bottom of a phone.
      offset={{ bottom: 72, right: 24 }}
      mobileOffset={{ bottom: 66 }}
      style={{ zIndex: 'var(--o-z-toast)' }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast: BOX,
          title: 'flex-1',
          content: 'flex-1',
          icon: 'hidden',
          actionButton: cx('link font-medium', 'ml-auto flex-none min-h-6'),
          closeButton:
            'order-last text-fg-3 hover:text-fg flex-none size-6 grid place-items-center',
        },
      }}
    />
  );
}
