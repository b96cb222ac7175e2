import { lazy, Suspense, useEffect } from 'react';
import type { Components } from 'react-markdown';

const load = () => import('./rendered');
const Rendered = lazy(load);

/** A page on which Markdown will come asks for the parser ahead, so that no mark is ever seen. */
export function usePreloadMarkdown(): void {
  useEffect(() => {
    void load();
  }, []);
}

/** Markdown from a model or a person. Raw HTML stays text and pictures become links. `components` draws elements in
 * another way. */
export function Markdown({ text, components }: { text: string; components?: Components }) {
  return (
    <Suspense fallback={<p className="whitespace-pre-wrap">{text}</p>}>
      <Rendered text={text} components={components} />
    </Suspense>
  );
}
