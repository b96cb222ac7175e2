import { type ReactNode, useState } from 'react';
import { Badge, CodeBlock } from '@/ui';
import { messages } from '../messages';
import {
  bodyOf,
  type Call,
  curlOf,
  type Document,
  resolve,
  type Schema,
  typeName,
} from '../model/openapi';

const words = messages.api;

/** One call; its details are drawn when it is opened, since there are hundreds. */
export function CallCard({ call, document }: { call: Call; document: Document }) {
  const [open, setOpen] = useState(false);
  const { method, path, operation } = call;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex min-h-10 cursor-pointer flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5 hover:bg-hover">
        <span className="mono w-14 flex-none text-sm font-semibold uppercase">{method}</span>
        <code className="mono min-w-0 break-all text-sm">{path}</code>
        <span className="ml-auto text-sm text-fg-3">{operation.summary}</span>
      </summary>
      {open && <Details call={call} document={document} />}
    </details>
  );
}

function Details({ call, document }: { call: Call; document: Document }) {
  const { operation } = call;
  const body = bodyOf(operation);
  const role = operation['x-least-role'] ?? 'viewer';
  const scope = operation['x-key-scope'];
  return (
    <div className="flex flex-col gap-4 border-t border-line px-3 py-4">
      <div className="flex flex-wrap gap-2">
        <Badge>{words.needs(words.roles[role])}</Badge>
        {role !== 'public' && <Badge>{scope ? words.scope(scope) : words.noKeys}</Badge>}
      </div>
      {!!operation.parameters?.length && (
        <Part title={words.parameters}>
          <Rows
            rows={operation.parameters.map((one) => ({
              name: one.name,
              type: `${one.in}, ${typeName(one.schema)}`,
              about: one.description,
              required: one.required,
            }))}
          />
        </Part>
      )}
      {body && (
        <Part title={`${words.body}: ${typeName(body)}`}>
          <Fields schema={resolve(body, document)} />
        </Part>
      )}
      <Part title={words.answers}>
        <Rows
          rows={Object.entries(operation.responses).map(([status, answer]) => ({
            name: status,
            type: Object.values(answer.content ?? {})
              .map(({ schema }) => typeName(schema))
              .join(', '),
            about: answer.description,
          }))}
        />
      </Part>
      <Part title={words.example}>
        <CodeBlock code={curlOf(call, document, window.location.origin)} language="bash" />
      </Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="pb-1 text-sm font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Fields({ schema }: { schema: Schema }) {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return <p className="text-sm text-fg-3">{typeName(schema)}</p>;
  return (
    <Rows
      rows={fields.map(([name, field]) => ({
        name,
        type: typeName(field),
        about: field.description,
        required: schema.required?.includes(name),
      }))}
    />
  );
}

/** What stands in backticks is code. */
function withCode(text: string): ReactNode[] {
  return text.split('`').map((part, index) =>
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a text that never changes
      <code key={index} className="mono text-fg-2">
        {part}
      </code>
    ) : (
      part
    ),
  );
}

type Row = { name: string; type: string; about?: string; required?: boolean };

function Rows({ rows }: { rows: Row[] }) {
  return (
    <dl className="text-sm">
      {rows.map(({ name, type, about, required }) => (
        <div
          key={name}
          className="flex gap-3 border-b border-line py-1 last:border-b-0 max-md:flex-col max-md:gap-0"
        >
          <dt className="mono w-[200px] flex-none break-all">
            {name}
            {required && <span className="pl-1.5 text-2xs text-fg-3">{words.required}</span>}
          </dt>
          <dd className="min-w-0 flex-1">
            <span className="mono break-words text-fg-2">{type}</span>
            {about && <span className="block text-fg-3">{withCode(about)}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
