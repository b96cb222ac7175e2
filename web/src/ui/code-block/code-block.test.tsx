import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { renderAt } from '@/testing/render';
import { Markdown } from '../markdown/markdown';
import { CodeBlock } from './code-block';

describe('CodeBlock', () => {
  it('colours a language it knows, with the tokens of the theme', async () => {
    await renderAt(<CodeBlock code={'x = "<b>"\n'} language="py" />);
    const string = await screen.findByText(/<b>/, { selector: 'span' });
    expect(string.style.color).toBe('var(--o-syn-string)');
  });

  it('shows any other language as it is', async () => {
    await renderAt(<CodeBlock code="<b>hi</b>" language="klingon" />);
    expect(await screen.findByText('<b>hi</b>')).toBeVisible();
  });

  it('folds what is long', async () => {
    const code = Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n');
    await renderAt(<CodeBlock code={code} />);
    expect(screen.queryByText(/line 39/)).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Show all 40 lines' }));
    expect(screen.getByText(/line 39/)).toBeVisible();
  });
});

describe('Markdown', () => {
  it('never turns a model’s HTML or pictures into elements', async () => {
    const text = '**bold** <img src=x onerror=alert(1)>\n\n![cat](https://elsewhere.test/cat.png)';
    const { container } = await renderAt(<Markdown text={text} />);
    expect(await screen.findByText('bold')).toBeVisible();
    expect(container.querySelector('img')).toBeNull();
    expect(screen.getByRole('link', { name: 'cat' })).toHaveAttribute(
      'rel',
      expect.stringContaining('noopener'),
    );
  });

  it('drops addresses that would run code', async () => {
    await renderAt(<Markdown text="[click](javascript:alert(1))" />);
    const link = await screen.findByText('click');
    expect(link.closest('a')?.getAttribute('href') ?? '').not.toContain('javascript');
  });
});
