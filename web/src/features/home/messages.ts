export const messages = {
  title: 'Home',
  greeting: (hour: number) =>
    hour < 5 || hour >= 18 ? 'Good evening' : hour < 12 ? 'Good morning' : 'Good afternoon',
  summary: (date: string, waiting: number, failed: number) => {
    const parts = [
      waiting > 0 && `${waiting} ${waiting === 1 ? 'run waits' : 'runs wait'} for you`,
      failed > 0 && `${failed} ${failed === 1 ? 'run' : 'runs'} failed in the last 24 hours`,
    ].filter(Boolean);
    return parts.length > 0 ? `${date}. ${parts.join(', ')}.` : `${date}.`;
  },
  openPlayground: 'Open playground',
  newAgent: 'New agent',
  loadError: 'The figures could not be loaded',
  first: {
    title: 'No runs yet',
    body: 'Talk to an agent in the playground. Every answer is a run: its steps, its cost and its time show here.',
    action: 'Open playground',
    agents: 'Look at the agents',
  },
  ledger: {
    label: 'The last 24 hours',
    runs: 'Runs, 24 h',
    success: 'Success rate',
    latency: 'Latency, p95',
    spend: 'Spend today',
    points: (value: string) => `${value} pt`,
    than: 'than in the 24 hours before',
  },
  chart: {
    title: 'Runs per hour',
    done: 'Done',
    failed: 'Failed',
    waiting: 'Waiting',
    other: 'Running or stopped',
    asTable: 'View as table',
    asChart: 'View as chart',
    hour: 'Hour',
    total: 'All',
    says: (runs: number, failed: number, most: number, at: string) =>
      runs === 0
        ? 'Runs per hour in the last 24 hours: none.'
        : `Runs per hour in the last 24 hours: ${runs} in all, ${failed} failed. The most were ${most}, at ${at}.`,
  },
  needs: {
    title: 'Needs you',
    seeAll: 'See all',
    nothing: 'Nothing waits for you.',
    review: 'Review',
    openRun: 'Open run',
    openSettings: 'Open',
    waits: 'Waiting for a decision',
    provider: (name: string) => `${name} does not work`,
    providerHint: 'Look at its key and address.',
  },
  running: {
    title: 'Running now',
    nothing: 'Nothing runs at the moment.',
    steps: (n: number) => `${n} ${n === 1 ? 'step' : 'steps'}`,
  },
  recent: { title: 'Recent runs', all: 'All runs' },
  changes: {
    title: 'Changes',
    nothing: 'Nothing was changed lately.',
    did: {
      created: 'created',
      updated: 'changed',
      deleted: 'deleted',
      restored: 'restored',
      duplicated: 'copied',
      member_added: 'has a new member',
      member_removed: 'lost a member',
    } as Record<string, string>,
  },
} as const;
