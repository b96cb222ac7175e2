import { Link } from '@tanstack/react-router';
import type { Agent } from '@/api';
import { Button, EmptyState } from '@/ui';
import { messages } from '../../messages';

type EmptyChatProps = {
  agent: Agent | undefined;
  project: string;
  canWrite: boolean;
  onStart: (text: string) => void;
};

/** A chat without messages: what can be asked, one press away. */
export function EmptyChat({ agent, project, canWrite, onStart }: EmptyChatProps) {
  if (!canWrite)
    return <EmptyState title={messages.emptyTitleViewer}>{messages.viewOnlyHint}</EmptyState>;
  if (!agent) {
    const action = (
      <Button asChild variant="primary">
        <Link to="/p/$project/agents" params={{ project }}>
          {messages.goToAgents}
        </Link>
      </Button>
    );
    return (
      <EmptyState title={messages.noAgentTitle} action={action}>
        {messages.noAgentBody}
      </EmptyState>
    );
  }
  const starters = agent.starters.map((starter) => (
    <Button
      key={starter}
      className="h-auto! min-h-8 py-1.5 whitespace-normal!"
      onClick={() => onStart(starter)}
    >
      {starter}
    </Button>
  ));
  return (
    <EmptyState
      title={messages.emptyTitle(agent.name)}
      action={
        starters.length > 0 && <div className="flex flex-col items-center gap-2">{starters}</div>
      }
    >
      {agent.description || messages.emptyBody}
    </EmptyState>
  );
}
