import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import ElementPlus from 'unplugin-element-plus/vite';
import Components from 'unplugin-vue-components/vite';
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// `npm run dev` shows the console on its own port and asks this server for everything below /api.
const server = process.env.OUTDIAL_SERVER ?? 'http://127.0.0.1:8080';

type Chunks = Record<string, { type: string; facadeModuleId?: string | null; imports?: string[]; viteMetadata?: { importedCss: Set<string> } }>;

/** withImports are the files of a chunk and of all that it imports at once, scripts before style sheets. */
function withImports(bundle: Chunks, file: string): string[] {
  const scripts = new Set<string>();
  const styles = new Set<string>();
  const add = (name: string) => {
    const chunk = bundle[name];
    if (chunk?.type !== 'chunk' || scripts.has(name)) return;
    scripts.add(name);
    chunk.imports?.forEach(add);
    chunk.viteMetadata?.importedCss.forEach((style) => styles.add(style));
  };
  add(file);
  return [...scripts, ...styles];
}

/** The files of the script editor, for public/first.js, which asks for them before the app is there. */
const filesAhead: Plugin = {
  name: 'files-ahead',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle, chunk }) {
      if (!bundle || !chunk) return html;
      const of = (page: string) => {
        const found = Object.entries(bundle as Chunks).find(([, c]) => c.facadeModuleId?.endsWith(page));
        if (!found) throw new Error(`${page} is no chunk of its own any more`);
        return withImports(bundle as Chunks, found[0]);
      };
      const here = new Set(withImports(bundle as Chunks, chunk.fileName));
      const editor = of('/src/features/scripts/editor/EditorPage.vue').filter((file) => !here.has(file));
      return html.replace('<script src="/first.js">', `<script src="/first.js" data-editor="${editor.map((file) => `/${file}`).join(' ')}">`);
    },
  },
};

export default defineConfig({
  plugins: [
    vue(),
    // Components by their tag, messages and dialogs by their import: only what is used is bundled.
    Components({ dts: false, dirs: [], resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
    ElementPlus({}),
    filesAhead,
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __VUE_OPTIONS_API__: true, __VUE_PROD_DEVTOOLS__: false, __INTLIFY_PROD_DEVTOOLS__: false, __VUE_I18N_LEGACY_API__: false },
  build: {
    target: 'es2022',
    // The server's policy allows no inline script, and a data: address is no shorter than a file once compressed.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: true,
    rolldownOptions: {
      output: {
        // A request costs more than a few lines that a page does not use: what all pages begin with is one file, and what
        // a good part of them share, another one.
        codeSplitting: { groups: [{ name: 'start', tags: ['$initial'], priority: 1 }, { name: 'common', minShareCount: 20 }] },
      },
    },
    emptyOutDir: false, // .gitkeep stays; scripts/clean.mjs removes the rest
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1000,
  },
  server: {
    // The platform refuses requests of another origin; behind this proxy the origin is its own.
    proxy: { '/api': { target: server, headers: { Origin: server } } },
  },
  test: {
    environment: 'happy-dom',
    include: ['tests/**/*.test.ts', 'src/**/*.test.ts'],
    server: { deps: { inline: ['element-plus'] } },
    testTimeout: 30_000,
  },
});
