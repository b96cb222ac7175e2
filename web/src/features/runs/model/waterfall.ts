import type { Run, RunStep } from "@/api";
import type { StepNode, TreeRow } from "./step-tree";

/** Milliseconds since the epoch. */
export interface TimeWindow {
  start: number;
  end: number;
}

/** What a bar's colour stands for; `group` is a row with rows below it. */
export type BarTone = "model" | "tool" | "retrieval" | "code" | "other" | "waiting" | "error" | "group";

export interface Bar {
  /** Percent of the lane. */
  left: number;
  width: number;
  tone: BarTone;
  durationMs: number;
  labelSide: "left" | "right";
}

/** Past this much of the lane a label no longer fits to the right of its bar. */
const LABEL_TURNS_AT = 86;
const MAX_TICKS = 7;
const TICK_STEPS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000,
];

export function time(value: string | null | undefined): number | null {
  const at = value ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** From the first to the last moment that the run or any of its steps knows; an open end reaches to `now`. */
export function timeWindow(run: Run, steps: readonly RunStep[], now: number): TimeWindow {
  const begins = steps.map((step) => time(step.started_at));
  const ends = steps.map((step) => time(step.ended_at));
  const open = run.ended_at === null || run.ended_at === undefined;
  const start = least([time(run.started_at), ...begins]) ?? time(run.created_at) ?? now;
  const end = greatest([time(run.ended_at), ...ends, open ? now : null]) ?? start;
  return { start, end: Math.max(end, start + 1) };
}

function least(values: readonly (number | null)[]): number | null {
  return values.reduce((low, value) => (value === null || (low !== null && low <= value) ? low : value), null);
}

function greatest(values: readonly (number | null)[]): number | null {
  return values.reduce((high, value) => (value === null || (high !== null && high >= value) ? high : value), null);
}

/** Round offsets in milliseconds from the start, at most seven of them. */
export function axisTicks(window: TimeWindow): number[] {
  const span = window.end - window.start;
  const step = TICK_STEPS_MS.find((size) => span / size < MAX_TICKS) ?? roundHours(span);
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, index) => index * step);
}

function roundHours(span: number): number {
  const hour = 3_600_000;
  return Math.ceil(span / hour / (MAX_TICKS - 1)) * hour;
}

export function tickPosition(offsetMs: number, window: TimeWindow): number {
  return (offsetMs / (window.end - window.start)) * 100;
}

/** The tone of a single step, whatever stands below it. */
export function stepTone(step: RunStep): BarTone {
  if (step.status === "failed") return "error";
  if (step.status === "waiting" || step.status === "unknown") return "waiting";
  switch (step.kind) {
    case "model":
    case "tool":
    case "retrieval":
    case "code":
      return step.kind;
    case "human":
    case "timer":
      return "waiting";
    default:
      return "other";
  }
}

export function durationOf(item: { started_at?: string | null; ended_at?: string | null }, now: number): number | null {
  const start = time(item.started_at);
  return start === null ? null : Math.max(0, (time(item.ended_at) ?? now) - start);
}

/** A step is open until it ends; one whose outcome nobody knows stands still where it began. */
export function stepDuration(step: RunStep, runEnd: number): number {
  if (step.status === "unknown" && !step.ended_at) return 0;
  return durationOf(step, runEnd) ?? 0;
}

/** Where a row's bar lies, or null while nothing of it has begun. */
export function barOf(row: TreeRow, run: Run, window: TimeWindow): Bar | null {
  const start = row.step ? time(row.step.started_at) : window.start;
  if (start === null) return null;
  const durationMs = row.step ? stepDuration(row.step, window.end) : runDuration(run, window);
  const span = window.end - window.start;
  const left = clamp(((start - window.start) / span) * 100);
  const width = Math.min(100 - left, (durationMs / span) * 100);
  const labelSide = left + width > LABEL_TURNS_AT && row.step ? "left" : "right";
  return { left, width, tone: rowTone(row), durationMs, labelSide };
}

function runDuration(run: Run, window: TimeWindow): number {
  return Math.max(0, (time(run.ended_at) ?? window.end) - (time(run.started_at) ?? window.start));
}

function rowTone(row: TreeRow): BarTone {
  if (!row.step) return "group";
  const tone = stepTone(row.step);
  return row.hasChildren && tone !== "error" && tone !== "waiting" ? "group" : tone;
}

function clamp(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}

/** Time per tone over the steps without children, for the legend: nothing is counted twice. */
export function toneTotals(nodes: readonly StepNode[], runEnd: number): Map<BarTone, number> {
  const totals = new Map<BarTone, number>();
  for (const { step } of leaves(nodes)) {
    const tone = stepTone(step);
    totals.set(tone, (totals.get(tone) ?? 0) + stepDuration(step, runEnd));
  }
  return totals;
}

/** The step that took longest, waits for people and timers aside; null in an empty run. */
export function slowestStep(nodes: readonly StepNode[], runEnd: number): RunStep | null {
  let slowest: RunStep | null = null;
  for (const { step } of leaves(nodes)) {
    if (stepTone(step) === "waiting") continue;
    if (!slowest || stepDuration(step, runEnd) > stepDuration(slowest, runEnd)) slowest = step;
  }
  return slowest;
}

function leaves(nodes: readonly StepNode[]): StepNode[] {
  return nodes.flatMap((node) => (node.children.length > 0 ? leaves(node.children) : [node]));
}
