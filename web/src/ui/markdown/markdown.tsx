import { lazy, Suspense, useEffect } from 'react';

const load = () => import('./rendered');
const Rendered = lazy(load);

/** A page on which Markdown will come asks for the parser ahead, so that no mark is ever seen. */
export function usePreloadMarkdown(): void {
  useEffect(() => {
    void load();
  }, []);
}

/** Markdown from a model or a person. Raw HTML stays text and pictures become links. */
export function Markdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<p className="whitespace-pre-wrap">{text}</p>}>
      <Rendered text={text} />
    </Suspense>
  );
}
