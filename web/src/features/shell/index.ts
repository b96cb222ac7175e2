export { ShortcutHelp } from './components/lazy-shortcut-help';
export { Shell } from './components/shell';
export { toggleTheme } from './theme';
