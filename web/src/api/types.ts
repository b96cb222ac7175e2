import type { Message, Run, RunStep, User } from './generated/types.gen';

export type * from './generated/types.gen';

export type Page<T> = {
  data: T[];
  pagination: { next_cursor: string | null; has_more: boolean; total: number };
};

export type Role = User['role'];
export type Part = Message['content'][number];
export type RunStatus = Run['status'];
export type StepStatus = RunStep['status'];
export type StepKind = RunStep['kind'];
