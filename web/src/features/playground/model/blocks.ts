const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const LIST_ITEM = /^ {0,3}([-*+]|\d{1,9}[.)])\s/;
const REFERENCE = /^ {0,3}\[[^\]]+\]:/m;

/**
 * Markdown cut into blocks that can be drawn by themselves, so that a growing answer only redraws its last one.
 * Text with reference definitions stays whole: they act across blocks.
 */
export function splitBlocks(text: string): string[] {
  if (REFERENCE.test(text)) return [text];
  const blocks: string[] = [];
  let block: string[] = [];
  let fence: string | null = null;
  const lines = text.split('\n');
  lines.forEach((line, index) => {
    const mark = FENCE.exec(line)?.[1];
    if (fence === null) fence = mark ?? null;
    else if (mark && closes(mark, fence, line)) fence = null;
    if (line.trim() === '' && fence === null && !continues(block, lines[index + 1])) {
      if (block.length > 0) blocks.push(block.join('\n'));
      block = [];
    } else block.push(line);
  });
  if (block.some((line) => line.trim() !== '')) blocks.push(block.join('\n'));
  return blocks;
}

function closes(mark: string, fence: string, line: string): boolean {
  return mark[0] === fence[0] && mark.length >= fence.length && line.trim() === mark;
}

/** An indented line, or an item after an item, belongs to the block before the empty line. */
function continues(block: string[], next: string | undefined): boolean {
  const first = block[0];
  if (first === undefined || next === undefined || !LIST_ITEM.test(first)) return false;
  return next.trim() === '' || /^\s/.test(next) || LIST_ITEM.test(next);
}
