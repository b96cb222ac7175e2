export const messages = {
  headline: 'Every step your agents take, in plain sight.',
  pitch: 'Build agents, give them tools, and see what each one did and what it cost.',
  version: (version: string) => `Orbiter ${version}`,
  sky: { plan: 'Plan', search: 'Search', ask: 'Ask a person', act: 'Act', check: 'Check' },
  fields: {
    email: 'Email',
    password: 'Password',
    code: 'Code',
  },
  errors: {
    email: 'Enter an email address.',
    password: 'Enter your password.',
    code: 'Enter the code.',
  },
  login: {
    title: 'Sign in',
    submit: 'Sign in',
    forgot: 'Forgot your password?',
    codeTitle: 'Second factor',
    codeText: 'Enter the code that your authenticator app shows, or one of your recovery codes.',
    wrongCode: 'This code is wrong or was used already. Wait for the next one and try again.',
    back: 'Back',
    wrong: 'Email or password is wrong.',
    locked: (seconds: number) => `Too many tries. Wait ${seconds} s, then sign in again.`,
  },
  forgot: {
    title: 'Forgot your password',
    summary: 'Enter your email, and a link to choose a new password is sent there.',
    submit: 'Send the link',
    noMail:
      'Does none arrive? Where no mail server is set, the operator finds it in the server’s log.',
    back: 'Back to sign-in',
  },
  passwordsOff: {
    title: 'Passwords are off here',
    text: (provider = 'single sign-on') =>
      `Everybody signs in through ${provider}, so there is no password to set.`,
    signIn: 'Go to sign-in',
  },
  reset: {
    title: 'Choose a new password',
    summary: 'You are signed out everywhere, then you sign in with it.',
    password: 'New password',
    hint: 'At least 12 characters.',
    short: 'Use at least 12 characters.',
    submit: 'Set the password',
    done: 'Your password is set',
    doneText: 'You were signed out everywhere. Sign in with the new password.',
    signIn: 'Go to sign-in',
    gone: 'This link does not hold any more. Ask for a new one.',
    again: 'Ask for a new link',
  },
  sso: {
    go: (name: string) => `Continue with ${name}`,
    reasons: {
      off: 'Single sign-on is switched off. Sign in with your password.',
      unreachable:
        'The sign-in provider does not answer. Try again, or sign in with your password.',
      refused: 'You did not sign in at the provider. Try again.',
      expired: 'The sign-in took too long, or was begun in another browser. Try again.',
      invalid:
        'The provider’s answer could not be trusted. Tell an administrator; the audit log says why.',
      unverified:
        'The provider has not verified your email address. Verify it there, then try again.',
      no_account: 'You have no account here yet. Ask an administrator to invite you.',
      exists:
        'There is an account with your email already. Sign in with its password, then connect it under Settings › Sign-in and security.',
      disabled: 'Your account is not active. Ask an administrator.',
      taken: 'This account at the provider belongs to somebody else here.',
      setup: 'Make the first account on the set-up page first.',
      unknown: 'The sign-in did not work. Try again.',
    },
  },
} as const;
