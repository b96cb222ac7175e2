import { useLayoutEffect } from 'react';

/**
 * Stands in for `react-style-singleton`, with which Radix locks the page behind a dialog: it writes a
 * `<style>` element, which a strict style policy refuses. A constructed sheet does the same.
 */
export function styleSingleton() {
  const sheet = new CSSStyleSheet();
  let users = 0;
  // biome-ignore lint/correctness/noComponentHookFactories: the package's own interface
  return function Style({ styles }: { styles: string }) {
    useLayoutEffect(() => {
      sheet.replaceSync(styles);
      users += 1;
      if (users === 1) document.adoptedStyleSheets.push(sheet);
      return () => {
        users -= 1;
        if (users > 0) return;
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((kept) => kept !== sheet);
      };
    }, [styles]);
    return null;
  };
}
