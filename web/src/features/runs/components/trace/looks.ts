import {
  Activity,
  Bot,
  Braces,
  CodeXml,
  Database,
  FlaskConical,
  Globe,
  Library,
  type LucideIcon,
  Sparkle,
  Timer,
  UserRoundCheck,
  UsersRound,
  Workflow,
  Wrench,
} from 'lucide-react';
import type { StepKind } from '@/api';
import type { BarTone } from '../../model/waterfall';

export const STEP_ICON: Record<StepKind, LucideIcon> = {
  model: Sparkle,
  tool: Wrench,
  node: Workflow,
  retrieval: Library,
  code: CodeXml,
  http: Globe,
  human: UserRoundCheck,
  timer: Timer,
  child: Activity,
  value: Braces,
};

const RUN_ICON: Record<string, LucideIcon> = {
  agent: Bot,
  workflow: Workflow,
  crew: UsersRound,
  evaluation: FlaskConical,
  ingestion: Database,
};

export function runIcon(kind: string): LucideIcon {
  return RUN_ICON[kind] ?? Activity;
}

/** Fill of a bar and of its swatch in the legend. */
export const TONE_FILL: Record<BarTone, string> = {
  model: 'bg-chart-1',
  tool: 'bg-chart-2',
  retrieval: 'bg-chart-6',
  code: 'bg-chart-4',
  other: 'bg-chart-8',
  waiting:
    'bg-[repeating-linear-gradient(135deg,var(--o-waiting)_0_2px,transparent_2px_5px)] bg-waiting-soft ring-1 ring-inset ring-waiting-line',
  error: 'bg-danger',
  group: 'bg-line-control',
};
