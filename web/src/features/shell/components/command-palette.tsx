import { Palette } from '@/features/palette';
import { useCommands } from '../hooks/use-commands';

type Props = { onSidebar: () => void; onHelp: () => void; onClose: () => void };

/** The palette with what the shell can do. */
export function CommandPalette({ onSidebar, onHelp, onClose }: Props) {
  return <Palette commands={useCommands({ onSidebar, onHelp })} onClose={onClose} />;
}
