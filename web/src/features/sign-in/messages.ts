const people = (count: number) => (count === 1 ? '1 person has' : `${count} people have`);

export const messages = {
  title: 'Sign-in methods',
  summary: 'How people come in, and from whom a second factor is required.',
  admins: 'Only administrators see the sign-in methods.',
  loadFailed: 'The sign-in methods could not be loaded',
  saved: 'Sign-in methods saved',
  ways: 'Ways in',
  password: 'Password',
  passwordHint: 'Email and password on the sign-in page, and links that set a new password.',
  connected: (count: number) =>
    count === 1
      ? '1 administrator can come in through single sign-on.'
      : `${count || 'No'} administrators can come in through single sign-on.`,
  passwordOffTitle: 'Switch passwords off?',
  passwordOff: (name: string) =>
    `From then on people come in through ${name} alone. Who is signed in stays signed in, and API keys go on working.`,
  rescue:
    'Does the provider fail one day, whoever runs the server lets passwords in again with this command:',
  command: 'orbiter sign-in allow-passwords',
  passwordOffConfirm: 'Switch passwords off',
  signOn: 'Single sign-on',
  signOnOn: (name: string) => `People can continue with ${name}.`,
  signOnOff: 'No provider is offered yet.',
  signOnSetUp: 'Set up',
  on: 'On',
  off: 'Off',
  factor: 'Second factor',
  require: 'Required of',
  requireHint:
    'Who has none sets one up before anything else opens. Sign-ins through the provider are left to the provider’s own rules, and API keys are not affected.',
  rules: { nobody: 'Nobody', admins: 'Admins', everyone: 'Everyone' },
  raiseTitle: { admins: 'Require it of administrators?', everyone: 'Require it of everyone?' },
  raise: (count: number) =>
    count === 0
      ? 'Everybody whom this concerns has one already.'
      : `${people(count)} none yet. From their next click they see nothing but the page that sets one up.`,
  raiseConfirm: 'Require it',
} as const;
