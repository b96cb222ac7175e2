import type { Piece } from '../model/items';

/** What was looked for stands out; all of it is plain text. */
export function Pieces({ pieces }: { pieces: readonly Piece[] }) {
  return pieces.map(({ text, hit }, index) =>
    hit ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other identity
      <mark key={index} className="bg-transparent font-semibold text-fg">
        {text}
      </mark>
    ) : (
      text
    ),
  );
}
