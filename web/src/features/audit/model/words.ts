import type { AuditEntry } from '@/api';
import { messages } from '../messages';

/** `person.role_changed` as people say it: “Person role changed”. */
export function actionText(action: string): string {
  const words = action.replaceAll(/[._]/g, ' ').replace(/\bapi\b/, 'API');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function actorText({ actor }: AuditEntry): string {
  return actor.name ?? messages.actors[actor.kind];
}

export interface FieldChange {
  field: string;
  before: string | null;
  after: string | null;
}

/** What an entry says of each field; null where it says nothing. */
export function fieldChanges({ before, after }: AuditEntry): FieldChange[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...fields].map((field) => ({
    field,
    before: before && field in before ? valueText(before[field]) : null,
    after: after && field in after ? valueText(after[field]) : null,
  }));
}

function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return messages.entry.none;
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
