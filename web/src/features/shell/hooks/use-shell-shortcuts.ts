import { useNavigate } from '@tanstack/react-router';
import { useProject } from '@/features/session';
import { activateMarked, useShortcut } from '@/shared/shortcuts';
import { NAV, type NavItem } from '../nav-items';
import { toggleTheme } from '../theme';

export function useShellShortcuts({
  onSidebar,
  onHelp,
  onSearch,
}: {
  onSidebar: () => void;
  onHelp: () => void;
  onSearch: () => void;
}) {
  const project = useProject();
  const navigate = useNavigate();
  const go = ({ to }: NavItem) =>
    void navigate({ to, params: { project: project.id, thread: undefined } });
  useShortcut(`g ${NAV.home.letter}`, () => go(NAV.home));
  useShortcut(`g ${NAV.playground.letter}`, () => go(NAV.playground));
  useShortcut(`g ${NAV.agents.letter}`, () => go(NAV.agents));
  useShortcut(`g ${NAV.runs.letter}`, () => go(NAV.runs));
  useShortcut(`g ${NAV.settings.letter}`, () => go(NAV.settings));
  useShortcut('mod+k', onSearch);
  useShortcut('[', onSidebar);
  useShortcut('?', onHelp);
  useShortcut('shift+d', toggleTheme);
  useShortcut('/', () => activateMarked('/'));
  useShortcut('n', () => activateMarked('n'));
}
