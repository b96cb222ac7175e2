import { expect, it } from 'vitest';
import { callsByTag, curlOf, type Document, exampleOf, typeName } from './openapi';

const document: Document = {
  info: { title: 'Orbiter', version: '1' },
  paths: {
    '/api/v1/notes': {
      get: { operationId: 'listNotes', summary: 'List notes', tags: ['Notes'], responses: {} },
      post: {
        operationId: 'createNote',
        tags: ['Notes'],
        responses: {},
        requestBody: { content: { 'application/json': { schema: { $ref: '#/x/NoteCreate' } } } },
        'x-least-role': 'developer',
      },
    },
    '/api/v1/agents': { get: { operationId: 'listAgents', tags: ['Agents'], responses: {} } },
  },
  components: {
    schemas: {
      NoteCreate: {
        type: 'object',
        required: ['title', 'below'],
        properties: {
          title: { type: 'string' },
          hue: { enum: ['red'] },
          below: { type: 'array', items: { $ref: '#/x/NoteCreate' } },
        },
      },
    },
  },
};

it('groups calls by tag and filters by every word', () => {
  expect(callsByTag(document, '').map(([tag]) => tag)).toEqual(['Agents', 'Notes']);
  expect(callsByTag(document, 'post note').map(([, calls]) => calls.length)).toEqual([1]);
  expect(callsByTag(document, 'zebra')).toEqual([]);
});

it('names types and makes an example that ends, also of a type that holds itself', () => {
  expect(typeName({ anyOf: [{ $ref: '#/x/NoteCreate' }, { type: 'null' }] })).toBe(
    'NoteCreate or null',
  );
  expect(typeName({ type: 'array', items: { type: 'string', format: 'uuid' } })).toBe(
    'list of string (uuid)',
  );
  const example = exampleOf({ $ref: '#/x/NoteCreate' }, document) as { title: string };
  expect(example.title).toBe('…');
  expect(JSON.stringify(example).length).toBeLessThan(400);
});

it('writes a call with the key and a body', () => {
  const [, call] = callsByTag(document, 'notes')[0]?.[1] ?? [];
  if (!call) throw new Error('no call');
  const text = curlOf(call, document, 'http://here');
  expect(text).toContain("curl -X POST 'http://here/api/v1/notes'");
  expect(text).toContain('X-API-Key');
  expect(text).toContain('"title":"…"');
});
