/** How the key is called that shortcuts are held with. */
export const MOD = navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl';
