import { Plus, X } from 'lucide-react';
import { Badge, Button, Field, IconButton, Input, Textarea } from '@/ui';
import { messages } from '../messages';
import { LIMITS } from '../model/draft';
import { EXAMPLE_SCHEMA, schemaProblem } from '../model/output-schema';
import type { EditProps } from './edit-props';
import { FieldAnchor, Section } from './section';

/** Name and description. */
export function AboutSection({ draft, change, problem, readOnly }: EditProps) {
  return (
    <Section {...messages.sections.about}>
      <FieldAnchor field="name">
        <Field label={messages.fields.name} error={problem('name')}>
          <Input
            value={draft.name}
            readOnly={readOnly}
            onChange={(event) => change({ name: event.target.value })}
          />
        </Field>
      </FieldAnchor>
      <FieldAnchor field="description">
        <Field label={messages.fields.description} error={problem('description')} optional>
          <Input
            value={draft.description}
            readOnly={readOnly}
            onChange={(event) => change({ description: event.target.value })}
          />
        </Field>
      </FieldAnchor>
    </Section>
  );
}

/** First messages that the Playground offers. */
export function StartersSection({ draft, change, problem, readOnly }: EditProps) {
  const { starters } = draft;
  const set = (index: number, text: string) =>
    change({ starters: starters.map((old, at) => (at === index ? text : old)) });
  return (
    <Section {...messages.sections.starters}>
      <FieldAnchor field="starters">
        <div className="flex flex-col items-start gap-2">
          {starters.map((text, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a starter is its place in the list
            <div key={index} className="flex w-full items-center gap-2">
              <Input
                aria-label={messages.starters.item(index + 1)}
                value={text}
                maxLength={LIMITS.starter}
                readOnly={readOnly}
                onChange={(event) => set(index, event.target.value)}
              />
              {!readOnly && (
                <IconButton
                  icon={X}
                  label={messages.starters.remove(index + 1)}
                  onClick={() => change({ starters: starters.filter((_, at) => at !== index) })}
                />
              )}
            </div>
          ))}
          {readOnly && starters.length === 0 && (
            <p className="text-fg-3">{messages.starters.none}</p>
          )}
          {!readOnly && starters.length < LIMITS.starters && (
            <Button size="sm" icon={Plus} onClick={() => change({ starters: [...starters, ''] })}>
              {messages.starters.add}
            </Button>
          )}
          {problem('starters') && <p className="meta text-danger-text">{problem('starters')}</p>}
        </div>
      </FieldAnchor>
    </Section>
  );
}

/** The JSON Schema that an answer must follow. */
export function OutputSection({ draft, change, problem, readOnly }: EditProps) {
  const text = draft.output_schema;
  const isValid = text.trim() !== '' && schemaProblem(text) === null;
  return (
    <Section {...messages.sections.output}>
      <FieldAnchor field="output_schema">
        <Field
          label={messages.schema.label}
          hint={messages.schema.hint}
          error={problem('output_schema')}
          optional
          aside={isValid ? <Badge tone="success">{messages.schema.valid}</Badge> : undefined}
        >
          <Textarea
            mono
            rows={text === '' ? 3 : 10}
            spellCheck={false}
            readOnly={readOnly}
            value={text}
            onChange={(event) => change({ output_schema: event.target.value })}
          />
        </Field>
      </FieldAnchor>
      {!readOnly && text.trim() === '' && (
        <div>
          <Button size="sm" icon={Plus} onClick={() => change({ output_schema: EXAMPLE_SCHEMA })}>
            {messages.schema.example}
          </Button>
        </div>
      )}
    </Section>
  );
}
