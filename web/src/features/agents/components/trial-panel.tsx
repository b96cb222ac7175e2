import { RotateCcw } from 'lucide-react';
import { useLayoutEffect, useRef } from 'react';
import type { Agent } from '@/api';
import { Button, IconButton, SidePanel, usePreloadMarkdown } from '@/ui';
import { useTrial } from '../hooks/use-trial';
import { messages } from '../messages';
import { type AgentDraft, draftProblems } from '../model/draft';
import type { TrialTurn } from '../model/trial';
import { TrialComposer } from './trial-composer';
import { TrialTurnView } from './trial-turn';

const words = messages.trial;
/** Closer to the end than this, the panel follows what is being written. */
const NEAR_END = 200;

export interface TrialPanelProps {
  base: Agent;
  draft: AgentDraft;
  open: boolean;
  /** Absent where the panel is always beside the form. */
  onClose?: () => void;
}

/** Talks to the draft as it stands, saved or not. */
export function TrialPanel({ base, draft, open, onClose }: TrialPanelProps) {
  usePreloadMarkdown();
  const trial = useTrial(base, draft);
  return (
    <SidePanel
      title={words.title}
      tone="sunken"
      width={396}
      open={open}
      onClose={onClose}
      flush
      actions={
        trial.turns.length > 0 && (
          <IconButton icon={RotateCcw} label={words.clear} onClick={trial.clear} />
        )
      }
      footer={
        <TrialComposer
          running={trial.running}
          problem={problemOf(draft)}
          onSend={(text) => void trial.ask(text)}
          onStop={() => void trial.stop()}
        />
      }
    >
      <Log turns={trial.turns} />
      {trial.turns.length === 0 && (
        <Starters draft={draft} onAsk={(text) => void trial.ask(text)} />
      )}
    </SidePanel>
  );
}

function problemOf(draft: AgentDraft): string | null {
  if (!draft.model) return words.noModel;
  return Object.keys(draftProblems(draft)).length > 0 ? words.fixFirst : null;
}

function Log({ turns }: { turns: readonly TrialTurn[] }) {
  const end = useFollow(turns);
  return (
    <>
      <div
        role="log"
        aria-live="off"
        aria-label={words.log}
        className="flex flex-col gap-4 px-[18px] pt-4"
      >
        {turns.map((turn, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: turns are only ever added at the end
          <TrialTurnView key={index} turn={turn} />
        ))}
      </div>
      <div ref={end} className="h-4 flex-none" />
    </>
  );
}

/** Keeps the end in view while it is near, and lets go when the reader has scrolled up. */
function useFollow(turns: readonly TrialTurn[]) {
  const end = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the turns may have moved the end
  useLayoutEffect(() => {
    const scroller = end.current?.parentElement;
    if (!scroller) return;
    const distance = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
    if (distance < NEAR_END) scroller.scrollTop = scroller.scrollHeight;
  }, [turns]);
  return end;
}

function Starters({ draft, onAsk }: { draft: AgentDraft; onAsk: (text: string) => void }) {
  const starters = draft.starters.filter((text) => text.trim() !== '');
  const ready = problemOf(draft) === null;
  return (
    <div className="flex flex-1 flex-col justify-end gap-2 px-[18px] pb-4">
      <p className="meta text-fg-3">{words.empty}</p>
      {ready &&
        starters.map((text) => (
          <Button
            key={text}
            size="sm"
            className="h-auto! min-h-7 justify-start py-1.5 text-left whitespace-normal!"
            onClick={() => onAsk(text)}
          >
            {text}
          </Button>
        ))}
    </div>
  );
}
