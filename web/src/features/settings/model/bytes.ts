const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** 0 B, 4.1 KB, 12 MB: two digits are enough to decide. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit > 0 && size < 10 ? size.toFixed(1) : Math.round(size)} ${UNITS[unit]}`;
}
