import { createHighlighterCore, type HighlighterCore, type LanguageInput } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';

/** Loaded one by one, when a block in that language is first drawn. */
const GRAMMARS: Record<string, () => LanguageInput> = {
  bash: () => import('shiki/langs/bash.mjs'),
  css: () => import('shiki/langs/css.mjs'),
  html: () => import('shiki/langs/html.mjs'),
  javascript: () => import('shiki/langs/javascript.mjs'),
  json: () => import('shiki/langs/json.mjs'),
  markdown: () => import('shiki/langs/markdown.mjs'),
  python: () => import('shiki/langs/python.mjs'),
  sql: () => import('shiki/langs/sql.mjs'),
  typescript: () => import('shiki/langs/typescript.mjs'),
  yaml: () => import('shiki/langs/yaml.mjs'),
};
const ALIASES: Record<string, string> = {
  js: 'javascript',
  jsx: 'javascript',
  md: 'markdown',
  py: 'python',
  sh: 'bash',
  shell: 'bash',
  ts: 'typescript',
  tsx: 'typescript',
  yml: 'yaml',
};

const colour = (scope: string[], token: string) => ({
  scope,
  settings: { foreground: `var(--o-syn-${token})` },
});

// Colours are the tokens themselves, so a change of theme needs no second pass.
const THEME = {
  name: 'orbiter',
  fg: 'var(--o-text)',
  bg: 'transparent',
  settings: [
    colour(['comment', 'punctuation.definition.comment'], 'comment'),
    colour(['string', 'punctuation.definition.string', 'markup.inline.raw'], 'string'),
    colour(['constant.numeric', 'constant.character.escape'], 'number'),
    colour(['constant.language', 'storage', 'keyword', 'markup.bold'], 'bool'),
    colour(
      [
        'entity.name',
        'support.function',
        'support.type',
        'variable.language',
        'meta.object-literal.key',
        'markup.heading',
      ],
      'key',
    ),
    colour(['punctuation', 'keyword.operator'], 'punct'),
  ],
};

let core: Promise<HighlighterCore> | null = null;
const ready = new Map<string, Promise<HighlighterCore | null>>();

async function load(language: string): Promise<HighlighterCore | null> {
  const grammar = GRAMMARS[language];
  if (!grammar) return null;
  core ??= createHighlighterCore({
    themes: [THEME],
    langs: [],
    engine: createJavaScriptRegexEngine(),
  });
  const highlighter = await core;
  await highlighter.loadLanguage(grammar());
  return highlighter;
}

export function canonical(language: string): string {
  const name = language.toLowerCase();
  return ALIASES[name] ?? name;
}

/** The highlighter with one grammar in it; `null` for a language that is not known. The same promise each time. */
export function highlighterFor(language: string): Promise<HighlighterCore | null> {
  const known = ready.get(language);
  if (known) return known;
  const loading = load(language);
  ready.set(language, loading);
  return loading;
}
