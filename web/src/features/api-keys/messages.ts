import type { Expiry, Scope } from './model/key-form';

const scopes: Record<Scope, { label: string; hint: string }> = {
  read: { label: 'Read', hint: 'See what you see: agents, runs, conversations, projects.' },
  'runs:write': { label: 'Run', hint: 'Start agents, send messages, stop and repeat runs.' },
  'agents:write': { label: 'Agents', hint: 'Make, change and delete agents.' },
  'conversations:write': {
    label: 'Conversations',
    hint: 'Rename, share and delete conversations.',
  },
  'projects:write': { label: 'Projects', hint: 'Make projects and change them.' },
  admin: {
    label: 'Admin',
    hint: 'Everything that only administrators do. It opens every project.',
  },
};

const expiries: Record<Expiry, string> = {
  '30': 'In 30 days',
  '90': 'In 90 days',
  '365': 'In a year',
  never: 'Never',
};

export const messages = {
  title: 'API keys',
  summary: 'For your own programs. A key can never do more than you can.',
  make: 'New key',
  loadFailed: 'The API keys could not be loaded',
  whose: { label: 'Whose keys', mine: 'Mine', all: 'Everybody’s' },
  columns: {
    name: 'Name',
    key: 'Key',
    scopes: 'May',
    owner: 'Owner',
    used: 'Last used',
    expires: 'Expires',
  },
  never: 'Never',
  unused: 'Not yet',
  usedAt: 'Used:',
  expired: 'Expired',
  empty: {
    learn: 'Read about the API and its keys',
    title: 'No API keys yet',
    body: 'With a key, a script, a build server or another app can start your agents and read their answers.',
    all: 'Nobody has made an API key yet.',
  },
  scopes,
  expiries,
  form: {
    title: 'New API key',
    name: 'Name',
    nameHint: 'What uses it, so that you know it again: “Nightly report”.',
    needName: 'Name the key.',
    scopes: 'It may',
    needScope: 'Choose at least one thing that the key may do.',
    project: 'Project',
    everyProject: 'Every project that I can open',
    projectOfAdmin: 'A key with Admin opens every project.',
    expires: 'Expires',
    expiresHint: 'A key that ends by itself does less harm when it gets lost.',
    create: 'Make key',
    cancel: 'Cancel',
  },
  made: {
    title: (name: string) => `${name} is ready`,
    once: 'Copy the key now. It is shown only this once, and nobody can look it up later.',
    key: 'API key',
    copy: 'Copy key',
    copied: 'Copied',
    tryIt: 'Try it',
    done: 'I have copied it',
  },
  edit: {
    prefix: 'Begins with',
    scopes: 'May',
    project: 'Project',
    everyProject: 'Every project of its owner',
    otherProject: 'One project',
    owner: 'Owner',
    created: 'Made',
    used: 'Last used',
    expires: 'Expires',
    keep: (date: string) => `Keep: ${date}`,
    keepNever: 'Keep: never',
    save: 'Save',
    saved: (name: string) => `${name} saved`,
    stale:
      'This key was changed elsewhere. What you see now is the newest; enter your change again.',
  },
  revoke: {
    label: 'Revoke key',
    title: (name: string) => `Revoke ${name}?`,
    body: 'Programs that use it are refused at once, and their open connections close. This cannot be undone.',
    done: (name: string) => `${name} revoked`,
    failed: (name: string) => `${name} could not be revoked`,
  },
} as const;
