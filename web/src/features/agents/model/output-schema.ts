/** Why a text cannot be an output schema; null for an empty text or a JSON object. */
export function schemaProblem(text: string): 'schemaNotJson' | 'schemaNotObject' | null {
  if (text.trim() === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? null
      : 'schemaNotObject';
  } catch {
    return 'schemaNotJson';
  }
}

/** A small schema to start from. */
export const EXAMPLE_SCHEMA = JSON.stringify(
  {
    type: 'object',
    properties: {
      answer: { type: 'string' },
      confidence: { type: 'number', minimum: 0, maximum: 1 },
    },
    required: ['answer'],
    additionalProperties: false,
  },
  null,
  2,
);
