import { describe, expect, it } from 'vitest';
import { splitBlocks } from './blocks';

describe('splitBlocks', () => {
  it('cuts at empty lines', () => {
    expect(splitBlocks('One.\n\nTwo\nmore.\n\n\n# Three\n')).toEqual([
      'One.',
      'Two\nmore.',
      '# Three',
    ]);
  });

  it('keeps code whole, also while its end is still to come', () => {
    expect(splitBlocks('```py\na\n\nb\n```\n\nAfter')).toEqual(['```py\na\n\nb\n```', 'After']);
    expect(splitBlocks('Before\n\n~~~\na\n\n```\nb')).toEqual(['Before', '~~~\na\n\n```\nb']);
  });

  it('keeps a loose list whole', () => {
    const list = '1. One\n\n   more\n\n2. Two';
    expect(splitBlocks(`${list}\n\nAfter`)).toEqual([list, 'After']);
  });

  it('leaves text with references whole', () => {
    const text = 'See [it][1].\n\n[1]: https://example.org';
    expect(splitBlocks(text)).toEqual([text]);
  });

  it('only changes the last block when text grows', () => {
    const text = 'One.\n\n- a\n- b\n\nThree is `code` and\n\n```\nx\n\ny\n```\n\nEnd of it.';
    let before: string[] = [];
    for (let end = 1; end <= text.length; end++) {
      const blocks = splitBlocks(text.slice(0, end));
      const settled = before.slice(0, -1);
      expect(blocks.slice(0, settled.length)).toEqual(settled);
      before = blocks;
    }
  });
});
