import { memo } from 'react';
import { cx, Markdown } from '@/ui';
import { splitBlocks } from '../../model/blocks';

/** Draws a block once: tokens only touch the last one. */
const Block = memo(Markdown);

const CARET =
  "[&_p:last-child]:after:content-[''] [&_p:last-child]:after:ml-0.5 [&_p:last-child]:after:inline-block [&_p:last-child]:after:h-[15px] [&_p:last-child]:after:w-[7px] [&_p:last-child]:after:rounded-[1px] [&_p:last-child]:after:bg-brand [&_p:last-child]:after:align-[-2px] [&_p:last-child]:after:animate-caret motion-reduce:[&_p:last-child]:after:animate-none";

/** The words of an answer. Model output is never markup: the renderer keeps raw HTML as text. */
export function AnswerText({ text, growing }: { text: string; growing: boolean }) {
  const blocks = splitBlocks(text);
  return (
    <div className="flex min-w-0 flex-col gap-2.5">
      {blocks.map((block, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: blocks only ever grow at the end
          key={index}
          className={cx('min-w-0', growing && index === blocks.length - 1 && CARET)}
        >
          <Block text={block} />
        </div>
      ))}
    </div>
  );
}
