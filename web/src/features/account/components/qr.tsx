type QrProps = { rows: readonly string[]; label: string };

const MARGIN = 4;

/** Black on white in every theme: that is what cameras read. */
export function Qr({ rows, label }: QrProps) {
  const size = rows.length + 2 * MARGIN;
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="size-[200px] flex-none rounded-md ring-1 ring-line"
    >
      <rect width={size} height={size} fill="#fff" />
      <path d={modules(rows)} fill="#000" />
    </svg>
  );
}

function modules(rows: readonly string[]): string {
  return rows
    .flatMap((row, y) =>
      [...row].map((cell, x) => (cell === '1' ? `M${x + MARGIN} ${y + MARGIN}h1v1h-1z` : '')),
    )
    .join('');
}
