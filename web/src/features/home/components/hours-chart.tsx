import { useState } from 'react';
import type { HourOfRuns } from '@/api';
import { Button, cx, formatClock } from '@/ui';
import { messages } from '../messages';
import { axisTop, SERIES, type Series, totalOf } from '../model/figures';

const words = messages.chart;
const NAMES: Record<Series, string> = {
  succeeded: words.done,
  failed: words.failed,
  waiting: words.waiting,
  other: words.other,
};
const FILL: Record<Series, string> = {
  succeeded: 'bg-chart-1',
  failed: 'bg-danger',
  waiting: 'bg-waiting',
  other: 'bg-chart-8',
};
const LINES = 4;
const LABEL_EVERY = 3;

/** The last 24 hours as bars, or as a table for those who would rather read it. */
export function HoursChart({ hours }: { hours: readonly HourOfRuns[] }) {
  const [table, setTable] = useState(false);
  const shown = SERIES.filter((name) => name !== 'other' || sum(hours, name) > 0);
  return (
    <section aria-labelledby="hours-title" className="min-w-0">
      <header className="mb-3 flex min-h-7 flex-wrap items-center gap-x-4 gap-y-1.5">
        <h2 id="hours-title" className="text-md font-semibold">
          {words.title}
        </h2>
        <Legend hours={hours} shown={shown} />
        <Button size="sm" onClick={() => setTable(!table)} aria-pressed={table}>
          {table ? words.asChart : words.asTable}
        </Button>
      </header>
      {table ? <HoursTable hours={hours} shown={shown} /> : <Bars hours={hours} shown={shown} />}
    </section>
  );
}

type Drawn = { hours: readonly HourOfRuns[]; shown: readonly Series[] };

function Legend({ hours, shown }: Drawn) {
  return (
    <ul className="ml-auto flex flex-wrap gap-x-4 gap-y-1">
      {shown.map((name) => (
        <li key={name} className="flex items-center gap-1.5 text-fg-2">
          <span aria-hidden="true" className={cx('size-2 rounded-[2px]', FILL[name])} />
          {NAMES[name]} <span className="text-fg-3">{sum(hours, name)}</span>
        </li>
      ))}
    </ul>
  );
}

function Bars({ hours, shown }: Drawn) {
  const most = Math.max(0, ...hours.map(totalOf));
  const top = axisTop(most);
  return (
    <div
      role="img"
      aria-label={sentence(hours, most)}
      className="grid grid-cols-[auto_1fr] gap-x-2"
    >
      <div className="relative h-40 w-8 text-right text-2xs text-fg-3">
        {lines(top).map((value) => (
          <span
            key={value}
            className="absolute right-0 translate-y-1/2 leading-none"
            style={{ bottom: `${(value / top) * 100}%` }}
          >
            {value}
          </span>
        ))}
      </div>
      <div className="relative h-40">
        {lines(top).map((value) => (
          <span
            key={value}
            className={cx(
              'absolute inset-x-0 border-t',
              value === 0 ? 'border-line-strong' : 'border-line',
            )}
            style={{ bottom: `${(value / top) * 100}%` }}
          />
        ))}
        <div className="absolute inset-0 flex items-end gap-[3px] px-0.5">
          {hours.map((hour) => (
            <Bar key={hour.at} hour={hour} shown={shown} top={top} />
          ))}
        </div>
      </div>
      <div className="col-start-2 flex gap-[3px] px-0.5 pt-1.5 text-2xs text-fg-3">
        {hours.map((hour, index) => (
          <span key={hour.at} className="min-w-0 flex-1 whitespace-nowrap">
            {index % LABEL_EVERY === 0 && (
              <span className={cx(index % (2 * LABEL_EVERY) !== 0 && 'max-md:hidden')}>
                {formatClock(new Date(hour.at))}
              </span>
            )}
          </span>
        ))}
      </div>
    </div>
  );
}

function Bar({ hour, shown, top }: { hour: HourOfRuns; shown: readonly Series[]; top: number }) {
  const parts = shown.filter((name) => hour[name] > 0);
  return (
    <span
      title={`${formatClock(new Date(hour.at))}: ${totalOf(hour)}`}
      className="flex h-full min-w-0 flex-1 flex-col-reverse gap-px"
    >
      {parts.map((name, index) => (
        <span
          key={name}
          className={cx(
            'min-h-[2px] w-full',
            FILL[name],
            index === parts.length - 1 && 'rounded-t-[3px]',
          )}
          style={{ height: `${(hour[name] / top) * 100}%` }}
        />
      ))}
    </span>
  );
}

function HoursTable({ hours, shown }: Drawn) {
  return (
    <table className="w-full" aria-labelledby="hours-title">
      <thead>
        <tr className="text-xs text-fg-3">
          <th scope="col" className="py-1 text-left font-book">
            {words.hour}
          </th>
          {shown.map((name) => (
            <th key={name} scope="col" className="py-1 text-right font-book">
              {NAMES[name]}
            </th>
          ))}
          <th scope="col" className="py-1 text-right font-book">
            {words.total}
          </th>
        </tr>
      </thead>
      <tbody>
        {hours.toReversed().map((hour) => (
          <tr key={hour.at} className="border-t border-line">
            <th scope="row" className="py-1 text-left font-normal text-fg-2">
              {formatClock(new Date(hour.at))}
            </th>
            {shown.map((name) => (
              <td key={name} className="text-right">
                {hour[name]}
              </td>
            ))}
            <td className="text-right font-medium">{totalOf(hour)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function lines(top: number): number[] {
  return Array.from({ length: LINES + 1 }, (_, index) => (top / LINES) * index);
}

function sum(hours: readonly HourOfRuns[], name: Series): number {
  return hours.reduce((all, hour) => all + hour[name], 0);
}

function sentence(hours: readonly HourOfRuns[], most: number): string {
  const runs = hours.reduce((all, hour) => all + totalOf(hour), 0);
  const peak = hours.find((hour) => totalOf(hour) === most);
  return words.says(runs, sum(hours, 'failed'), most, peak ? formatClock(new Date(peak.at)) : '');
}
