import type { ReactNode } from 'react';
import { CodeBlock, JsonViewer, Markdown } from '@/ui';
import { messages } from '../../messages';
import type { SaidMessage } from '../../model/step-content';

const words = messages.step;

/** A titled block of the panel: who speaks, or what a value is. */
export function Block(props: { title: ReactNode; aside?: ReactNode; children?: ReactNode }) {
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex min-h-6 items-center gap-2">
        <h3 className="text-sm font-semibold">{props.title}</h3>
        {props.aside}
      </div>
      {props.children}
    </div>
  );
}

export function TextCard({ children }: { children: ReactNode }) {
  return (
    <div className="min-w-0 rounded-md border border-line bg-raised px-3 py-[9px] leading-5 break-words text-fg-2">
      {children}
    </div>
  );
}

/** One message: its words as Markdown, then what it asked for or brought back. */
export function Said({ message }: { message: SaidMessage }) {
  const role = words.roles[message.role] ?? message.role;
  return (
    <>
      {message.reasoning && (
        <Block title={words.facts.reasoning}>
          <TextCard>
            <Markdown text={message.reasoning} />
          </TextCard>
        </Block>
      )}
      {message.text !== null && (
        <Block title={role}>
          <TextCard>
            <Markdown text={message.text} />
          </TextCard>
        </Block>
      )}
      {message.calls.map((call, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the calls of a recorded message never move
        <NamedValue key={index} title={words.asked} name={call.name} value={call.arguments} />
      ))}
      {message.results.map((result, index) => (
        <NamedValue
          // biome-ignore lint/suspicious/noArrayIndexKey: the results of a recorded message never move
          key={index}
          title={result.failed ? words.error : words.result}
          name={result.name}
          value={result.output}
        />
      ))}
    </>
  );
}

function NamedValue(props: { title: string; name: string; value: unknown }) {
  return (
    <Block title={props.title} aside={<span className="mono text-fg-3">{props.name}</span>}>
      <Value value={props.value} label={`${props.title} ${props.name}`} />
    </Block>
  );
}

/** Any recorded value: text as text, the rest as a tree. */
export function Value({ value, label }: { value: unknown; label: string }) {
  if (typeof value === 'string') {
    return value.includes('\n') ? <CodeBlock code={value} /> : <TextCard>{value}</TextCard>;
  }
  return <JsonViewer value={value} label={label} toolbar={isBig(value)} />;
}

function isBig(value: unknown): boolean {
  return JSON.stringify(value ?? null).length > 1_500;
}
