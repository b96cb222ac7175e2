const SENTENCE_END = /[.!?…。！？](?=\s|$)|\n/g;

/** What a reader is told next of a growing answer: whole sentences after `from`, or null when none has ended. */
export function nextSentences(text: string, from: number): { words: string; upTo: number } | null {
  SENTENCE_END.lastIndex = from;
  let upTo = from;
  for (let end = SENTENCE_END.exec(text); end; end = SENTENCE_END.exec(text)) {
    upTo = end.index + end[0].length;
  }
  const words = text.slice(from, upTo).trim();
  return words === '' ? null : { words, upTo };
}
