import tailwindcss from '@tailwindcss/vite';
import { tanstackRouter } from '@tanstack/router-plugin/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const server = process.env.ORBITER_DEV_SERVER ?? 'http://127.0.0.1:8000';

/**
 * The server's policy takes styles from files only. Radix and Sonner write theirs into the page; the
 * same rules stand in src/ui/styles.css and src/ui/style-singleton.ts.
 */
function withoutInlineStyles(): Plugin {
  const sonner = /^__insertCSS\(".*"\);?$/m;
  const select =
    /\/\* @__PURE__ \*\/ jsx\(\s*"style",\s*\{\s*dangerouslySetInnerHTML: [\s\S]*?nonce\s*\}\s*\),/;
  const found = [
    [/\/sonner\/dist\/index\.mjs$/, sonner],
    [/\/react-select\/dist\/index\.mjs$/, select],
  ] as const;
  return {
    name: 'without-inline-styles',
    apply: 'build',
    transform(code, id) {
      const rule = found.find(([file]) => file.test(id))?.[1];
      if (!rule) return null;
      if (!rule.test(code)) throw new Error(`${id} writes its styles in a new way`);
      return { code: code.replace(rule, ''), map: null };
    },
  };
}

export default defineConfig({
  plugins: [
    withoutInlineStyles(),
    tanstackRouter({
      target: 'react',
      autoCodeSplitting: true,
      quoteStyle: 'single',
      semicolons: true,
    }),
    react(),
    tailwindcss(),
  ],
  resolve: {
    alias: {
      '@': new URL('./src', import.meta.url).pathname,
      'react-style-singleton': new URL('./src/ui/style-singleton.ts', import.meta.url).pathname,
    },
  },
  server: {
    proxy: { '/api': { target: server, ws: true } },
    // The documentation is built into the app from its own folder.
    fs: { allow: ['.', '../docs', '../CHANGELOG.md'] },
  },
  build: {
    // The server's policy allows no data: fonts, so every asset stays a hashed file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
  },
});
