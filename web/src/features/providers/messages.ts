export const messages = {
  title: 'Model providers',
  summary: 'Keys are encrypted and never shown again.',
  settings: 'Settings',
  add: 'Add provider',
  addAnother: 'Add another',
  addType: (label: string) => `Add ${label}`,
  list: 'Model providers',
  models: (count: number) => (count === 1 ? '1 model' : `${count} models`),
  noModels: 'no models yet',
  noKey: 'no key',
  tested: 'tested',
  never: 'never tested',
  loadFailed: 'Model providers could not be loaded',
  empty: {
    title: 'No model providers yet',
    body: 'A provider is where your agents get their models: a hosted API, or a model on your own machine.',
    reader: 'An admin can add one.',
  },
  notWorking: (name: string) => `${name} is not working.`,
  review: 'Review',
  detected: (url: string, count: number) =>
    `Ollama answers at ${url} with ${count === 1 ? '1 model' : `${count} models`}.`,
  addOllama: 'Add Ollama',
  fields: {
    name: 'Name',
    keySet: 'A key is saved. Type a new one to replace it.',
    keyHolder: '••••••••',
    clearKey: 'Remove saved key',
    keepKey: 'Keep saved key',
    keyWillGo: 'The saved key goes when you save.',
  },
  errors: {
    name: 'Name the provider.',
    required: (label: string) => `Enter the ${withinSentence(label)}.`,
    url: 'Enter a web address that starts with http:// or https://.',
    stale:
      'Somebody else changed this provider. What you see now is the newest; enter your change again.',
  },
  save: 'Save',
  create: 'Add provider',
  test: 'Test',
  remove: 'Remove',
  saved: (name: string) => `${name} saved`,
  removed: (name: string) => `${name} removed`,
  removeFailed: (name: string) => `${name} could not be removed`,
  restoreFailed: (name: string) => `${name} could not be brought back`,
  answered: (latency: string) => `Test call answered in ${latency}`,
  answeredModels: (latency: string, count: number) =>
    `Test call answered in ${latency}, ${count === 1 ? '1 model' : `${count} models`} offered`,
  testFailed: 'The test call failed.',
  modelList: 'Models',
  refresh: 'Refresh models',
  refreshFailed: 'Models could not be refreshed.',
  addModel: 'Add model',
  addModelHint: 'For a model that the endpoint does not list.',
  addModelLabel: 'Model name',
  removeModel: (name: string) => `Remove ${name}`,
  modelFailed: (name: string) => `${name} could not be changed`,
  noModelsBody: 'No models yet. Refresh to ask the provider for its list.',
  price: (input: string, output: string) => `${input} in, ${output} out`,
  priceHint: 'Price for a million tokens',
  local: 'local',
} as const;

/** “Base URL” becomes “base URL”, but “API key” stays. */
function withinSentence(label: string): string {
  return label.replace(/^\p{Lu}(?=\p{Ll})/u, (letter) => letter.toLowerCase());
}
