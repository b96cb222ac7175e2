import { Link, useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { PieceOfRuns } from '@/api';
import type { RunSearch } from '@/features/runs';
import { useProject } from '@/features/session';
import { Button, cx, formatCost, formatLatency } from '@/ui';
import { messages } from '../messages';
import {
  axisTop,
  nameOf,
  runsOf,
  SERIES,
  type Series,
  type Span,
  tickOf,
  totalOf,
} from '../model/figures';

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

type ChartProps = { pieces: readonly PieceOfRuns[]; span: Span };

/** The runs of the span as bars, or as a table for those who would rather read it. */
export default function RunsChart({ pieces, span }: ChartProps) {
  const [table, setTable] = useState(false);
  const shown = SERIES.filter((name) => name !== 'other' || sum(pieces, name) > 0);
  return (
    <section aria-labelledby="chart-title" className="min-w-0">
      <header className="mb-3 flex min-h-7 flex-wrap items-center gap-x-4 gap-y-1.5">
        <h2 id="chart-title" className="text-md font-semibold">
          {words.title[span]}
        </h2>
        <Legend pieces={pieces} shown={shown} />
        <Button
          size="sm"
          className="max-md:ml-auto"
          onClick={() => setTable(!table)}
          aria-pressed={table}
        >
          {table ? words.asChart : words.asTable}
        </Button>
      </header>
      {table ? (
        <PiecesTable pieces={pieces} span={span} shown={shown} />
      ) : (
        <Bars pieces={pieces} span={span} shown={shown} />
      )}
    </section>
  );
}

type Drawn = ChartProps & { shown: readonly Series[] };

function Legend({ pieces, shown }: Omit<Drawn, 'span'>) {
  return (
    <ul className="ml-auto flex flex-wrap gap-x-4 gap-y-1 max-md:order-last max-md:ml-0 max-md:basis-full">
      {shown.map((name) => (
        <li key={name} className="flex items-center gap-1.5 text-fg-2">
          <span aria-hidden="true" className={cx('size-2 rounded-[2px]', FILL[name])} />
          {NAMES[name]} <span className="text-fg-3">{sum(pieces, name)}</span>
        </li>
      ))}
    </ul>
  );
}

function Bars({ pieces, span, shown }: Drawn) {
  const most = Math.max(0, ...pieces.map(totalOf));
  const top = axisTop(most);
  return (
    <div className="grid grid-cols-[auto_1fr] gap-x-2">
      <div aria-hidden="true" className="relative h-40 w-8 text-right text-2xs text-fg-3">
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
        <div role="img" aria-label={sentence(pieces, span, most)} className="absolute inset-0">
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
            {pieces.map((piece) => (
              <Bar key={piece.at} piece={piece} shown={shown} top={top} />
            ))}
          </div>
        </div>
        {most === 0 && (
          <p className="absolute inset-0 grid place-items-center text-fg-3">{words.none}</p>
        )}
        <Reader pieces={pieces} span={span} shown={shown} />
      </div>
      <div
        aria-hidden="true"
        className="col-start-2 flex gap-[3px] px-0.5 pt-1.5 text-2xs text-fg-3"
      >
        {pieces.map((piece, index) => (
          <span key={piece.at} className="min-w-0 flex-1 whitespace-nowrap">
            <Tick text={tickOf(piece, index, span)} index={index} span={span} />
          </span>
        ))}
      </div>
    </div>
  );
}

/** On a phone every other one. */
function Tick({ text, index, span }: { text: string | null; index: number; span: Span }) {
  const every = { '24h': 6, '7d': 8, '30d': 10 }[span];
  return <span className={cx(index % every !== 0 && 'max-md:hidden')}>{text}</span>;
}

type BarProps = { piece: PieceOfRuns; shown: readonly Series[]; top: number };

function Bar({ piece, shown, top }: BarProps) {
  const parts = shown.filter((name) => piece[name] > 0);
  return (
    <span className="flex h-full min-w-0 flex-1 flex-col-reverse gap-px">
      {parts.map((name, index) => (
        <span
          key={name}
          className={cx(
            'min-h-[2px] w-full',
            FILL[name],
            index === parts.length - 1 && 'rounded-t-[3px]',
          )}
          style={{ height: `${(piece[name] / top) * 100}%` }}
        />
      ))}
    </span>
  );
}

/**
 * Lies over the bars and tells one of them: that under the pointer, or that which the arrow keys went to. A click or
 * Enter opens its runs; a finger first shows the bar and opens it with the second tap.
 */
function Reader({ pieces, span, shown }: Drawn) {
  const [at, setAt] = useState<number | null>(null);
  const shownBefore = useRef<number | null>(null);
  const openRuns = useOpenRuns(pieces);
  const last = pieces.length - 1;
  const piece = pieces[at ?? last];
  if (!piece) return null;
  const follow = (event: PointerEvent) => setAt(pieceUnder(event, pieces.length));
  const press = (event: PointerEvent) => {
    shownBefore.current = event.pointerType === 'touch' ? at : pieceUnder(event, pieces.length);
    follow(event);
  };
  const step = (event: KeyboardEvent) => {
    const next = steps(at ?? last, last)[event.key];
    if (next === undefined && event.key !== 'Enter') return;
    event.preventDefault();
    if (next === undefined) openRuns(at ?? last);
    else setAt(next);
  };
  const text = words.at(nameOf(piece, span), told(piece, shown));
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={words.read(words.title[span])}
      aria-valuemin={1}
      aria-valuemax={pieces.length}
      aria-valuenow={(at ?? last) + 1}
      aria-valuetext={text}
      className={cx('absolute inset-0 rounded-sm', totalOf(piece) > 0 && 'cursor-pointer')}
      onPointerMove={follow}
      onPointerDown={press}
      onPointerLeave={({ pointerType }) => pointerType === 'mouse' && setAt(null)}
      onClick={() => at !== null && at === shownBefore.current && openRuns(at)}
      onFocus={() => setAt((now) => now ?? last)}
      onBlur={() => setAt(null)}
      onKeyDown={step}
    >
      {at !== null && <Bubble at={at} of={pieces.length} text={text} />}
    </div>
  );
}

function pieceUnder({ clientX, currentTarget }: PointerEvent, of: number): number {
  const { left, width } = currentTarget.getBoundingClientRect();
  return Math.max(0, Math.min(of - 1, Math.floor(((clientX - left) / width) * of)));
}

/** Goes to the list of runs that a bar counts; a bar of none leads nowhere. */
function useOpenRuns(pieces: readonly PieceOfRuns[]): (index: number) => void {
  const navigate = useNavigate();
  const project = useProject();
  return (index) => {
    const piece = pieces[index];
    if (!piece || totalOf(piece) === 0) return;
    const search = runsOf(pieces, index);
    void navigate({ to: '/p/$project/runs', params: { project: project.id }, search });
  };
}

/** Beside the bar, on the side where there is room. */
function Bubble({ at, of, text }: { at: number; of: number; text: string }) {
  const right = at >= of / 2;
  return (
    <>
      <span
        className="absolute inset-y-0 rounded-sm bg-fg/8"
        style={{ left: `${(at / of) * 100}%`, width: `${100 / of}%` }}
      />
      <span
        aria-hidden="true"
        className="pointer-events-none absolute top-2 z-(--o-z-tooltip) mx-1 rounded-md bg-ink px-2 py-1 text-xs font-book whitespace-nowrap text-on-ink shadow-md"
        style={
          right ? { right: `${100 - (at / of) * 100}%` } : { left: `${((at + 1) / of) * 100}%` }
        }
      >
        {text}
      </span>
    </>
  );
}

function steps(at: number, last: number): Record<string, number> {
  const back = Math.max(0, at - 1);
  const on = Math.min(last, at + 1);
  return { ArrowLeft: back, ArrowDown: back, ArrowRight: on, ArrowUp: on, Home: 0, End: last };
}

function told(piece: PieceOfRuns, shown: readonly Series[]): string {
  const parts = shown.filter((name) => piece[name] > 0);
  if (parts.length === 0) return words.noRuns;
  return parts.map((name) => `${piece[name]} ${NAMES[name].toLowerCase()}`).join(', ');
}

function PiecesTable({ pieces, span, shown }: Drawn) {
  return (
    <table className="w-full md:table-fixed" aria-labelledby="chart-title">
      <thead>
        <tr className="text-xs text-fg-3">
          <th scope="col" className="py-1 text-left font-book">
            {words.from[span]}
          </th>
          {[...shown.map((name) => NAMES[name]), words.total, words.latency, words.spend].map(
            (name) => (
              <th key={name} scope="col" className="py-1 pl-2 text-right font-book">
                {name}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {pieces
          .map((piece, index) => (
            <PieceRow
              key={piece.at}
              piece={piece}
              runs={runsOf(pieces, index)}
              {...{ span, shown }}
            />
          ))
          .toReversed()}
      </tbody>
    </table>
  );
}

type PieceRowProps = Omit<Drawn, 'pieces'> & { piece: PieceOfRuns; runs: RunSearch };

function PieceRow({ piece, runs, span, shown }: PieceRowProps) {
  const name = nameOf(piece, span);
  return (
    <tr className="border-t border-line">
      <th scope="row" className="py-1 text-left font-normal text-fg-2">
        {name}
      </th>
      {shown.map((series) => (
        <td key={series} className="text-right">
          {series === 'other' || piece[series] === 0 ? (
            piece[series]
          ) : (
            <RunsLink
              search={{ ...runs, status: series }}
              what={`${NAMES[series]}, ${name}`}
              count={piece[series]}
            />
          )}
        </td>
      ))}
      <td className="text-right font-medium">
        {totalOf(piece) === 0 ? (
          0
        ) : (
          <RunsLink search={runs} what={`${words.total}, ${name}`} count={totalOf(piece)} />
        )}
      </td>
      <td className="text-right">
        {piece.latency_p95_ms === null ? '–' : formatLatency(piece.latency_p95_ms)}
      </td>
      <td className="text-right">{formatCost(piece.spent_usd_micros)}</td>
    </tr>
  );
}

type RunsLinkProps = { search: RunSearch; what: string; count: number };

function RunsLink({ search, what, count }: RunsLinkProps) {
  const project = useProject();
  return (
    <Link
      to="/p/$project/runs"
      params={{ project: project.id }}
      search={search}
      aria-label={words.open(what, count)}
      className="text-brand-text underline decoration-brand-line underline-offset-4"
    >
      {count}
    </Link>
  );
}

function lines(top: number): number[] {
  return Array.from({ length: LINES + 1 }, (_, index) => (top / LINES) * index);
}

function sum(pieces: readonly PieceOfRuns[], name: Series): number {
  return pieces.reduce((all, piece) => all + piece[name], 0);
}

function sentence(pieces: readonly PieceOfRuns[], span: Span, most: number): string {
  const runs = pieces.reduce((all, piece) => all + totalOf(piece), 0);
  const peak = pieces.find((piece) => totalOf(piece) === most);
  const { title, says } = words;
  const when = messages.ledger.label[span].toLowerCase();
  return says(title[span], when, runs, sum(pieces, 'failed'), most, peak ? nameOf(peak, span) : '');
}
