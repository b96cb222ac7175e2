import { expect, it } from 'vitest';
import { monogramOf } from './monogram';

it('tells the kinds of provider apart by two letters', () => {
  const kinds = [
    'OpenAI',
    'Anthropic',
    'Google Gemini',
    'Google Vertex AI',
    'OpenAI-compatible',
    'Ollama',
  ];
  expect(kinds.map(monogramOf)).toEqual(['Oa', 'An', 'Ge', 'Va', 'Ap', 'Ol']);
  expect(monogramOf('Orbiter demo')).toBe('Or');
});
