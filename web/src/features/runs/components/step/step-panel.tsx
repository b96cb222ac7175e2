import { Coins, LetterText, Timer } from 'lucide-react';
import { useState } from 'react';
import type { Run, RunStep } from '@/api';
import {
  Chip,
  formatCost,
  formatLatency,
  JsonViewer,
  SidePanel,
  type Status,
  StatusBadge,
  TabPanel,
  Tabs,
  useMediaQuery,
  WITH_SIDE_PANEL,
} from '@/ui';
import { messages } from '../../messages';
import { durationOf } from '../../model/waterfall';
import { usageText } from '../usage-text';
import { FallbackNote, ProviderChip } from './asked-note';
import { IoTab } from './io-tab';
import { SettingsTab } from './settings-tab';

const words = messages.step;

export interface StepPanelProps {
  run: Run;
  /** null shows the run as a whole. */
  step: RunStep | null;
  steps: readonly RunStep[];
  now: number;
  /** Below 1101px the panel is a sheet that opens on a selection. */
  open: boolean;
  onClose: () => void;
}

/** What is selected in the tree: its input and output, its settings, its raw record. */
export function StepPanel({ run, step, steps, now, open, onClose }: StepPanelProps) {
  const beside = useMediaQuery(WITH_SIDE_PANEL);
  const wide = useMediaQuery('(min-width: 1400px)');
  const [view, setView] = useState('io');
  return (
    <SidePanel
      title={step?.name ?? run.target_name ?? messages.step.runLabel}
      status={<StatusBadge status={(step?.status ?? run.status) as Status} />}
      open={beside || open}
      onClose={beside ? undefined : onClose}
      width={wide ? 424 : 348}
      flush
    >
      <Facts run={run} step={step} now={now} />
      {step && <FallbackNote step={step} steps={steps} />}
      <Tabs
        value={view}
        onValueChange={setView}
        label={words.views}
        className="flex-1"
        listClassName="px-5"
        tabs={[
          { value: 'io', label: words.io },
          { value: 'settings', label: words.settings },
          { value: 'raw', label: words.raw },
        ]}
      >
        <TabPanel value="io">
          <IoTab key={step?.id ?? run.id} run={run} step={step} />
        </TabPanel>
        <TabPanel value="settings">
          <SettingsTab run={run} step={step} />
        </TabPanel>
        <TabPanel value="raw" className="px-5 py-4">
          <JsonViewer value={step ?? run} label={words.raw} />
        </TabPanel>
      </Tabs>
    </SidePanel>
  );
}

function Facts({ run, step, now }: Pick<StepPanelProps, 'run' | 'step' | 'now'>) {
  const item = step ?? run;
  const duration = durationOf(item, now);
  const usage = usageText(item.usage);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 px-5 pt-3 pb-1">
      {step?.model && step.model !== step.name && <Chip>{step.model}</Chip>}
      {step?.kind === 'model' && <ProviderChip step={step} />}
      {duration !== null && (
        <Chip icon={Timer} label={messages.facts.duration}>
          {formatLatency(duration)}
        </Chip>
      )}
      {item.cost_usd_micros !== null && (
        <Chip icon={Coins} label={messages.facts.cost}>
          {formatCost(item.cost_usd_micros)}
        </Chip>
      )}
      {usage && (
        <Chip icon={LetterText} label={messages.facts.tokens}>
          {usage}
        </Chip>
      )}
    </div>
  );
}
