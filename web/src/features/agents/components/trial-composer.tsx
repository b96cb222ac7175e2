import { ArrowUp, Square } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { IconButton, Textarea } from '@/ui';
import { messages } from '../messages';

const words = messages.trial;

export interface TrialComposerProps {
  running: boolean;
  /** Why nothing can be sent now. */
  problem: string | null;
  onSend: (text: string) => void;
  onStop: () => void;
}

/** Enter sends, Shift+Enter makes a line, Esc stops. */
export function TrialComposer({ running, problem, onSend, onStop }: TrialComposerProps) {
  const [text, setText] = useState('');
  const send = () => {
    const message = text.trim();
    if (message === '' || running || problem) return;
    onSend(message);
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape' && running) {
      event.stopPropagation();
      onStop();
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  };
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1.5">
      <div className="relative">
        <Textarea
          autoGrow
          rows={1}
          aria-label={words.placeholder}
          aria-describedby={problem ? 'trial-problem' : undefined}
          placeholder={words.placeholder}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          className="max-h-40 min-h-10! py-[9px]! pr-11! max-md:min-h-12! max-md:pr-13!"
        />
        <span className="absolute right-1.5 bottom-1.5 max-md:bottom-1">
          {running ? (
            <IconButton icon={Square} label={words.stop} shortcut="Esc" onClick={onStop} />
          ) : (
            <IconButton
              icon={ArrowUp}
              label={words.send}
              shortcut="Enter"
              disabled={text.trim() === '' || problem !== null}
              onClick={send}
            />
          )}
        </span>
      </div>
      {problem && (
        <p id="trial-problem" className="meta text-fg-3">
          {problem}
        </p>
      )}
    </div>
  );
}
