const WIDTH = 88;
const HEIGHT = 26;
const INSET = 2;

/** How a figure went. What it says stands in the table of the chart below, so a reader is spared it. */
export default function Sparkline({ values }: { values: readonly (number | null)[] }) {
  const points = pointsOf(values);
  const last = points.at(-1);
  if (!last) return null;
  const line = points.map(([x, y]) => `${x} ${y}`).join(' L');
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      className="overflow-visible"
    >
      {points.length > 1 && (
        <>
          <path
            d={`M${points[0]?.[0]} ${HEIGHT} L${line} L${last[0]} ${HEIGHT} Z`}
            className="fill-brand-soft"
          />
          <path
            d={`M${line}`}
            fill="none"
            strokeWidth="1.5"
            strokeLinejoin="round"
            className="stroke-chart-1"
          />
        </>
      )}
      <circle cx={last[0]} cy={last[1]} r="2" className="fill-chart-1" />
    </svg>
  );
}

/** From the least to the most over the whole height; a gap is drawn over. */
function pointsOf(values: readonly (number | null)[]): [number, number][] {
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known);
  const range = Math.max(...known) - low;
  const step = (WIDTH - 2 * INSET) / Math.max(1, values.length - 1);
  return values.flatMap((value, index): [number, number][] => {
    if (value === null) return [];
    const share = range === 0 ? 0 : (value - low) / range;
    return [[round(INSET + index * step), round(HEIGHT - INSET - share * (HEIGHT - 2 * INSET))]];
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
