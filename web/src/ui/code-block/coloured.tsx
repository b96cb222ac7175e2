import { Fragment, use } from 'react';
import { canonical, highlighterFor } from './highlighter';

type ColouredProps = { code: string; language: string };

/** Code with its tokens coloured, as text nodes: nothing in it becomes markup. */
export default function Coloured({ code, language }: ColouredProps) {
  const lang = canonical(language);
  const highlighter = use(highlighterFor(lang));
  if (!highlighter) return code;
  const lines = highlighter.codeToTokensBase(code, { lang, theme: 'orbiter' });
  return lines.map((tokens, line) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a line of code has no identity but its number
    <Fragment key={line}>
      {line > 0 && '\n'}
      {tokens.map((token) => (
        <span key={token.offset} style={{ color: token.color }}>
          {token.content}
        </span>
      ))}
    </Fragment>
  ));
}
