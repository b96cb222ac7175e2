import { lazy, Suspense } from 'react';

const Rendered = lazy(() => import('./rendered'));

/** Markdown from a model or a person. Raw HTML stays text and pictures become links. */
export function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<p className="whitespace-pre-wrap">{text}</p>}>
      <Rendered text={text} />
    </Suspense>
  );
}
