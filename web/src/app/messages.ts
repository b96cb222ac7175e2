export const messages = {
  notFound: {
    title: 'This page does not exist',
    body: 'The address may be old, or the thing it named was removed.',
    home: 'Open the Playground',
  },
  crash: {
    title: 'This page stopped working',
    body: 'The rest of Orbiter still works. Try again, or go back to the Playground.',
    failed: 'What happened',
    retry: 'Try again',
    home: 'Open the Playground',
  },
} as const;
