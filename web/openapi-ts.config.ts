import { defineConfig } from '@hey-api/openapi-ts';

// `orbiter openapi > web/openapi.json` writes the input; only types are taken, `src/api/client.ts` does the calls.
export default defineConfig({
  input: './openapi.json',
  output: { path: './src/api/generated', clean: true },
  plugins: ['@hey-api/typescript'],
});
