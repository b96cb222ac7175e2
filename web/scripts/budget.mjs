// What a browser fetches, gzipped, for the frame of the app and for the page it opens on.
// Give it the folder of a build; `dist` without.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const SPLIT = '?tsr-split=component';
const BUDGETS = [
  { name: 'first load', limit: 180, entries: ['index.html', `src/routes/p.$project.tsx${SPLIT}`] },
  {
    name: 'with the Playground',
    limit: 230,
    entries: [
      'index.html',
      `src/routes/p.$project.tsx${SPLIT}`,
      `src/routes/p.$project.playground.{-$thread}.tsx${SPLIT}`,
    ],
  },
];

const dist = new URL(`../${process.argv[2] ?? 'dist'}/`, import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

/** The files of a chunk and of all that it imports at once; lazy imports do not count. */
function filesOf(name, files = new Set()) {
  const chunk = manifest[name];
  if (!chunk)
    throw new Error(`The build has no ${name}: name the entry anew in scripts/budget.mjs`);
  if (files.has(chunk.file)) return files;
  files.add(chunk.file);
  for (const imported of chunk.imports ?? []) filesOf(imported, files);
  return files;
}

function kilobytes(files) {
  const sizes = [...files].map((file) => gzipSync(readFileSync(new URL(file, dist))).length);
  return sizes.reduce((sum, size) => sum + size, 0) / 1024;
}

for (const { name, limit, entries } of BUDGETS) {
  const files = new Set(entries.flatMap((entry) => [...filesOf(entry)]));
  const size = kilobytes(files);
  process.stdout.write(`${name}: ${size.toFixed(1)} KB of ${limit} KB in ${files.size} files\n`);
  if (size > limit) process.exitCode = 1;
}
