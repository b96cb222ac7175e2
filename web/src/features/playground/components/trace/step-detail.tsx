import type { RunStep } from '@/api';
import { Chip, JsonViewer, Note } from '@/ui';
import { messages } from '../../messages';

/** What went into a step and what came out of it. */
export function StepDetail({ step }: { step: RunStep }) {
  const isTool = step.kind === 'tool';
  return (
    <section aria-label={step.name} className="flex flex-col gap-3 px-4 py-3.5">
      <div className="flex items-center gap-2">
        <h3 className={isTool ? 'mono font-semibold' : 'font-semibold'}>
          {isTool ? step.name : (step.model ?? step.name)}
        </h3>
        <span className="ml-auto">
          <Chip>
            {messages.stepNumber(step.ordinal)}
            {step.attempt > 1 && `, ${messages.attempt(step.attempt)}`}
          </Chip>
        </span>
      </div>
      {step.error && <Note tone="danger">{step.error.message}</Note>}
      <Value label={messages.input} value={step.input} empty={messages.noInput} />
      <Value label={messages.result} value={step.output} empty={messages.noResult} />
    </section>
  );
}

function Value({ label, value, empty }: { label: string; value: unknown; empty: string }) {
  return (
    <div>
      <h4 className="meta mb-1.5 text-fg-3">{label}</h4>
      {value == null ? (
        <p className="meta text-fg-3">{empty}</p>
      ) : (
        <JsonViewer value={value} label={label} toolbar={false} />
      )}
    </div>
  );
}
