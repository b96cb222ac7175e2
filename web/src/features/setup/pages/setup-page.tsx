import { useSuspenseQuery } from '@tanstack/react-query';
import { Entrance } from '@/features/entrance';
import { authStatusQuery } from '@/features/session';
import { AccountStep } from '../components/account-step';
import { AgentStep } from '../components/agent-step';
import { ProviderStep } from '../components/provider-step';
import { type Step, Steps } from '../components/steps';

type SetupPageProps = { step: Step; onStep: (step: Step) => void; onDone: () => void };

/** First run: the admin, then a provider and an agent, which may both wait. */
export function SetupPage({ step, onStep, onDone }: SetupPageProps) {
  const { data: status } = useSuspenseQuery(authStatusQuery);
  return (
    <Entrance version={status.version}>
      <Steps step={step} />
      {step === 1 && (
        <AccountStep tokenRequired={status.setup_token_required} onDone={() => onStep(2)} />
      )}
      {step === 2 && <ProviderStep onDone={() => onStep(3)} />}
      {step === 3 && <AgentStep onDone={onDone} />}
    </Entrance>
  );
}
