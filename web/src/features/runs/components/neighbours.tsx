import { Link } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight, type LucideIcon } from 'lucide-react';
import { Button, Icon } from '@/ui';
import { useRunLink } from '../hooks/use-run-link';
import { useRunNeighbours } from '../hooks/use-run-neighbours';
import { messages } from '../messages';
import type { RunSearch } from '../model/run-search';

/** To the run before and the run after in the list that this one was opened from. */
export function Neighbours({ runId, search }: { runId: string; search: RunSearch }) {
  const { newer, older } = useRunNeighbours(runId, search);
  return (
    <nav aria-label={messages.run.neighbours} className="flex items-center gap-1 max-md:hidden">
      <Step to={newer} search={search} label={messages.run.newer} before={ChevronLeft} />
      <Step to={older} search={search} label={messages.run.older} after={ChevronRight} />
    </nav>
  );
}

interface StepProps {
  to: string | null;
  search: RunSearch;
  label: string;
  before?: LucideIcon;
  after?: LucideIcon;
}

function Step({ to, search, label, before, after }: StepProps) {
  const runLink = useRunLink();
  const content = (
    <>
      {before && <Icon icon={before} size={14} className="-ml-0.5" />}
      {label}
      {after && <Icon icon={after} size={14} className="-mr-0.5" />}
    </>
  );
  if (to === null) {
    return (
      <Button variant="ghost" size="sm" disabled>
        {content}
      </Button>
    );
  }
  return (
    <Button variant="ghost" size="sm" asChild>
      <Link {...runLink(to, search)}>{content}</Link>
    </Button>
  );
}
