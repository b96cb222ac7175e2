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
  span: {
    label: 'Span of the figures',
    names: { '24h': '24 h', '7d': '7 d', '30d': '30 d' },
  },
  ledger: {
    label: {
      '24h': 'The last 24 hours',
      '7d': 'The last 7 days',
      '30d': 'The last 30 days',
    },
    runs: { '24h': 'Runs, 24 h', '7d': 'Runs, 7 days', '30d': 'Runs, 30 days' },
    success: 'Success rate',
    latency: 'Latency, p95',
    spend: { '24h': 'Spend today', '7d': 'Spend, 7 days', '30d': 'Spend, 30 days' },
    than: {
      '24h': 'than in the 24 hours before',
      '7d': 'than in the 7 days before',
      '30d': 'than in the 30 days before',
    },
  },
  chart: {
    title: { '24h': 'Runs per hour', '7d': 'Runs per 6 hours', '30d': 'Runs per day' },
    done: 'Done',
    failed: 'Failed',
    waiting: 'Waiting',
    other: 'Running or stopped',
    asTable: 'View as table',
    asChart: 'View as chart',
    from: { '24h': 'Hour', '7d': 'From', '30d': 'Day' },
    total: 'All',
    latency: 'p95',
    spend: 'Spend',
    none: 'No runs in this span.',
    read: (title: string) => `${title}, one at a time; Enter opens its runs`,
    open: (what: string, count: number) => `${what}: ${count}, open the runs`,
    at: (name: string, parts: string) => `${name}: ${parts}`,
    noRuns: 'no runs',
    says: (title: string, span: string, runs: number, failed: number, most: number, at: string) =>
      runs === 0
        ? `${title} in ${span}: none.`
        : `${title} in ${span}: ${runs} in all, ${failed} failed. The most were ${most}, at ${at}.`,
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
