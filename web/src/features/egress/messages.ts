export const messages = {
  title: 'Outbound requests',
  summary:
    'What tools and links may reach from this server. Changes hold from the next request on.',
  loadFailed: 'The rules could not be loaded',
  private: 'Allowed on your own network',
  privateHint:
    'One per line: a host, or host:port. Without a port the ports 80 and 443 are allowed. Everything else that is not public is refused.',
  blocked: 'Blocked',
  blockedHint:
    'One per line: a name, with all below it, or an address. Providers may not reach these either.',
  httpsOnly: 'https only',
  httpsOnlyHint: 'Refuses http:// except for the hosts allowed above.',
  bytes: 'Largest answer, MB',
  seconds: 'Longest wait, seconds',
  redirects: 'Redirects followed',
  save: 'Save',
  saved: 'Rules saved',
  providers: 'Providers',
  providersHint:
    'Each provider may reach exactly its own host and port, and nothing else may with it.',
  noProviders: 'No provider has an address yet.',
  test: 'Check an address',
  testHint: 'Says what the rules say. Nothing is sent.',
  url: 'Address',
  check: 'Check',
  allowed: 'May be reached.',
} as const;
