export const messages = {
  brand: 'Orbiter',
  headline: 'Every step your agents take, in plain sight.',
  pitch: 'Build agents, give them tools, and see what each one did and what it cost.',
  version: (version: string) => `Orbiter ${version}`,
  sky: { plan: 'Plan', search: 'Search', ask: 'Ask a person', act: 'Act', check: 'Check' },
  fields: {
    email: 'Email',
    password: 'Password',
  },
  errors: {
    email: 'Enter an email address.',
    password: 'Enter your password.',
  },
  login: {
    title: 'Sign in',
    submit: 'Sign in',
    wrong: 'Email or password is wrong.',
    locked: (seconds: number) => `Too many tries. Wait ${seconds} s, then sign in again.`,
  },
} as const;
