import { ChevronLeft, ChevronRight } from 'lucide-react';
import { IconButton } from '@/ui';
import { messages } from '../../messages';
import { branchOf } from '../../model/siblings';
import type { ChatItem } from '../../model/view';

type BranchSwitcherProps = { item: ChatItem; disabled: boolean; onSelect: (id: string) => void };

/** “2 / 3” with the versions before and after; nothing where there is one version. */
export function BranchSwitcher({ item, disabled, onSelect }: BranchSwitcherProps) {
  const branch = branchOf(item);
  if (!branch) return null;
  const { previous, next, count } = branch;
  const number = branch.index + 1;
  return (
    <span className="meta inline-flex items-center text-fg-3">
      <IconButton
        size="sm"
        icon={ChevronLeft}
        label={messages.previousVersion}
        disabled={disabled || previous === null}
        onClick={() => previous && onSelect(previous)}
      />
      <span className="px-0.5">
        <span aria-hidden="true">{messages.branch(number, count)}</span>
        <span className="sr-only">{messages.branchLabel(number, count)}</span>
      </span>
      <IconButton
        size="sm"
        icon={ChevronRight}
        label={messages.nextVersion}
        disabled={disabled || next === null}
        onClick={() => next && onSelect(next)}
      />
    </span>
  );
}
