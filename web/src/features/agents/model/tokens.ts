/**
 * About how many tokens a text is, without a tokenizer: four characters each in alphabetic scripts, one each in
 * scripts that write a word or syllable per character. Good enough to see a prompt grow; always shown as "about".
 */
export function estimateTokens(text: string): number {
  const dense = text.match(/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/gu)?.length ?? 0;
  return Math.ceil(dense + (text.length - dense) / 4);
}
