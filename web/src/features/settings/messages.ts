export const messages = {
  title: 'Settings',
  groups: { project: 'Project', access: 'Access', you: 'You' },
  nav: {
    providers: 'Model providers',
    apiKeys: 'API keys',
    audit: 'Audit log',
    profile: 'Profile',
    appearance: 'Appearance',
  },
  profile: {
    title: 'Profile',
    summary: 'How others see you in this server.',
    name: 'Name',
    nameHint: 'Shown beside what you make and start.',
    email: 'Email',
    emailHint: 'You sign in with it.',
    role: 'Role',
    roles: { viewer: 'Viewer', developer: 'Developer', admin: 'Admin' },
    rights: {
      viewer: 'Sees everything in the project, changes nothing.',
      developer: 'Makes and runs agents.',
      admin: 'Makes and runs agents, and changes providers and settings.',
    },
    save: 'Save',
    saved: 'Profile saved',
    needName: 'Enter your name.',
    stale:
      'Your profile was changed elsewhere. What you see now is the newest; enter your change again.',
  },
  appearance: {
    title: 'Appearance',
    summary: 'Kept in this browser.',
    theme: 'Theme',
    themeHint: 'System follows your device.',
    themes: { light: 'Light', dark: 'Dark', system: 'System' },
    density: 'Density',
    densityHint: 'Compact shows more rows on a screen.',
    densities: { comfortable: 'Comfortable', compact: 'Compact' },
    shortcuts: 'Single-key shortcuts',
    shortcutsHint:
      'Keys such as g, n and / act outside text fields. Turn off if you use voice control.',
  },
} as const;
