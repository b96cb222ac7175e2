export { Palette } from './components/palette';
export type { PaletteCommand } from './model/items';
