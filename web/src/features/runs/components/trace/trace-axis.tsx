import { axisTicks, type TimeWindow, tickLabel, tickPosition } from '../../model/waterfall';

/** The time scale above the bars. */
export function TraceAxis({ window }: { window: TimeWindow }) {
  return (
    <span aria-hidden="true" className="relative col-start-2 mr-[62px] block h-9">
      {axisTicks(window).map((tick) => (
        <span
          key={tick}
          style={{ left: `${tickPosition(tick, window)}%` }}
          className="absolute top-2.5 -translate-x-1/2 text-2xs whitespace-nowrap text-fg-3"
        >
          {tickLabel(tick)}
        </span>
      ))}
    </span>
  );
}

/** Hairlines through all rows at the marks of the scale. */
export function TraceGrid({ window }: { window: TimeWindow }) {
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute inset-y-0 right-0 left-0 grid grid-cols-(--trace-cols) pl-8 max-md:hidden"
    >
      <span className="relative col-start-2 mr-[62px]">
        {axisTicks(window).map((tick) => (
          <span
            key={tick}
            style={{ left: `${tickPosition(tick, window)}%` }}
            className="absolute inset-y-0 w-px bg-chart-grid"
          />
        ))}
      </span>
    </div>
  );
}
