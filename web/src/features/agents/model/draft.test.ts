import { beforeEach, describe, expect, it } from 'vitest';
import { anAgent } from '../testing';
import { changedFields, conflicts, draftOf, draftProblems, rebase, updateFor } from './draft';
import { readDraft, writeDraft } from './draft-store';

const agent = anAgent({ params: { temperature: 0.2 } });
const base = draftOf(agent);

describe('updateFor', () => {
  it('is empty for an untouched draft', () => {
    expect(changedFields(base, base)).toEqual([]);
    expect(updateFor(agent, base)).toEqual({});
  });

  it('sends what changed and nothing else', () => {
    const draft = { ...base, name: ' New name ', max_steps: 4, starters: ['One ', ' '] };
    expect(updateFor(agent, draft)).toEqual({ name: 'New name', max_steps: 4, starters: ['One'] });
  });

  it('sends the settings of the model together and clears them with null', () => {
    expect(updateFor(agent, { ...base, temperature: null })).toEqual({
      params: { temperature: null, max_tokens: null, top_p: null },
    });
  });

  it('turns the schema into JSON, and an empty one into null', () => {
    const with_schema = anAgent({ output_schema: { type: 'object' } });
    expect(updateFor(agent, { ...base, output_schema: '{"type":"object"}' })).toEqual({
      output_schema: { type: 'object' },
    });
    expect(updateFor(with_schema, { ...draftOf(with_schema), output_schema: '' })).toEqual({
      output_schema: null,
    });
  });
});

describe('draftProblems', () => {
  it('finds nothing wrong with a saved agent', () => {
    expect(draftProblems(base)).toEqual({});
  });

  it('names each field that cannot be saved', () => {
    const draft = { ...base, name: ' ', max_steps: 0, max_tokens: 1.5, output_schema: '{"a":' };
    expect(draftProblems(draft)).toEqual({
      name: 'nameMissing',
      max_steps: 'maxStepsRange',
      max_tokens: 'maxTokensRange',
      output_schema: 'schemaNotJson',
    });
    expect(draftProblems({ ...base, output_schema: '[1]' })).toEqual({
      output_schema: 'schemaNotObject',
    });
  });
});

describe('when somebody else has saved', () => {
  const mine = { ...base, name: 'Mine', instructions: 'Mine' };
  const theirs = { ...base, name: 'Theirs', description: 'Theirs' };

  it('says who touched each field that differs', () => {
    expect(conflicts(base, mine, theirs)).toEqual([
      { field: 'name', side: 'both' },
      { field: 'description', side: 'theirs' },
      { field: 'instructions', side: 'mine' },
    ]);
  });

  it('keeps my fields and takes theirs where I changed nothing', () => {
    expect(rebase(base, mine, theirs)).toMatchObject({
      name: 'Mine',
      instructions: 'Mine',
      description: 'Theirs',
    });
  });
});

describe('the kept draft', () => {
  beforeEach(() => sessionStorage.clear());

  it('survives a reload and is forgotten on demand', () => {
    const unsaved = { base: agent, draft: { ...base, name: 'Half typed' } };
    writeDraft(agent.id, unsaved);
    expect(readDraft(agent.id)).toEqual(unsaved);
    expect(readDraft('another')).toBeNull();
    writeDraft(agent.id, null);
    expect(readDraft(agent.id)).toBeNull();
  });

  it('ignores what it cannot read', () => {
    sessionStorage.setItem('orbiter-agent-draft:agent-1', '{"draft":{"name":1}}');
    expect(readDraft('agent-1')).toBeNull();
    sessionStorage.setItem('orbiter-agent-draft:agent-1', 'not json');
    expect(readDraft('agent-1')).toBeNull();
  });
});
