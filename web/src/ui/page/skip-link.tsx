import { messages } from '../messages';

/** First in a frame: past its navigation, into `main`. */
export function SkipLink() {
  return (
    <a
      href="#main"
      className="fixed -top-16 left-3 z-(--o-z-tooltip) rounded-md bg-ink px-3.5 py-2 text-on-ink focus:top-2"
    >
      {messages.skip}
    </a>
  );
}
