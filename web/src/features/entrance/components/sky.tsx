import { messages } from '../messages';

const CENTRE = { x: 372, y: 330 };
const TILT = -24;
const { sky } = messages;

const ORBITS = [
  { rx: 92, ry: 40, opacity: 0.5 },
  { rx: 158, ry: 69, opacity: 0.42 },
  { rx: 226, ry: 99, opacity: 0.34, dash: '2 5' },
  { rx: 300, ry: 131, opacity: 0.27 },
  { rx: 384, ry: 168, opacity: 0.2 },
  { rx: 480, ry: 210, opacity: 0.14, dash: '2 6' },
];

const BODIES = [
  { x: 293.8, y: 339.7, r: 5, fill: 'var(--o-brand)', name: sky.plan },
  { x: 515.3, y: 296.9, r: 6.5, fill: 'var(--o-chart-2)', name: sky.search },
  { x: 195.7, y: 449.1, r: 5.5, fill: 'var(--o-chart-3)', name: sky.ask },
  { x: 540, y: 159.2, r: 7.5, fill: 'var(--o-brand)', name: sky.act },
  { x: 556.2, y: 420.8, r: 4.5, fill: 'var(--o-text-3)', name: sky.check },
];

const STARS = [
  [191, 336, 1.2],
  [359, 505, 1.5],
  [640, 155, 0.8],
  [709, 45, 0.8],
  [214, 365, 1.5],
  [683, 249, 1.5],
  [117, 232, 0.8],
  [176, 580, 1.5],
  [636, 264, 1.5],
  [405, 256, 0.8],
  [511, 559, 1.2],
  [503, 115, 1.2],
  [671, 350, 0.8],
  [635, 594, 0.8],
  [574, 526, 0.8],
  [568, 239, 1.2],
  [243, 65, 0.8],
  [51, 523, 1.2],
  [120, 520, 1.5],
  [697, 314, 1.5],
  [535, 563, 1.5],
  [475, 55, 1.2],
  [36, 55, 0.8],
  [88, 640, 1.2],
  [612, 690, 0.8],
] as const;

/** Graduation marks outside the fifth orbit, long every fifth. */
const TICKS = Array.from({ length: 72 }, (_, index) => {
  const angle = (index * 5 * Math.PI) / 180;
  const long = index % 5 === 0;
  const reach = long ? 12 : 6;
  const at = (rx: number, ry: number) => ({ x: rx * Math.cos(angle), y: ry * Math.sin(angle) });
  return { index, long, from: at(384, 168), to: at(384 + reach, 168 + reach) };
});

/** An orrery of what an agent does. Decoration: the words beside it carry the meaning. */
export function Sky() {
  return (
    <svg
      viewBox="0 0 748 900"
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      className="absolute inset-0 size-full text-fg"
    >
      <g
        transform={`translate(${CENTRE.x} ${CENTRE.y}) rotate(${TILT})`}
        fill="none"
        stroke="currentColor"
      >
        {ORBITS.map(({ rx, ry, opacity, dash }) => (
          <ellipse key={rx} rx={rx} ry={ry} opacity={opacity} strokeDasharray={dash} />
        ))}
        {TICKS.map(({ index, long, from, to }) => (
          <line
            key={index}
            x1={from.x}
            y1={from.y}
            x2={to.x}
            y2={to.y}
            opacity={long ? 0.34 : 0.2}
          />
        ))}
      </g>
      {STARS.map(([x, y, r]) => (
        <circle key={`${x} ${y}`} cx={x} cy={y} r={r} fill="currentColor" opacity="0.28" />
      ))}
      <circle cx={CENTRE.x} cy={CENTRE.y} r="13" fill="currentColor" />
      {BODIES.map((body) => (
        <Body key={body.name} {...body} />
      ))}
    </svg>
  );
}

function Body({ x, y, r, fill, name }: (typeof BODIES)[number]) {
  return (
    <>
      <circle cx={x} cy={y} r={r + 5} fill="var(--o-canvas)" />
      <circle cx={x} cy={y} r={r} fill={fill} />
      <text
        x={x + r + 9}
        y={y + 4.5}
        fontFamily="var(--o-font-display)"
        fontStyle="italic"
        fontSize="16"
        fill="var(--o-text-2)"
        stroke="var(--o-canvas)"
        strokeWidth="5"
        paintOrder="stroke"
      >
        {name}
      </text>
    </>
  );
}
