import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import ElementPlus from 'unplugin-element-plus/vite';
import Components from 'unplugin-vue-components/vite';
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers';
import { defineConfig } from 'vitest/config';

// `npm run dev` shows the console on its own port and asks this server for everything below /api.
const server = process.env.OUTDIAL_SERVER ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [
    vue(),
    // Components by their tag, messages and dialogs by their import: only what is used is bundled.
    Components({ dts: false, dirs: [], resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
    ElementPlus({}),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: { __VUE_OPTIONS_API__: true, __VUE_PROD_DEVTOOLS__: false, __INTLIFY_PROD_DEVTOOLS__: false, __VUE_I18N_LEGACY_API__: false },
  build: {
    target: 'es2022',
    // The server's policy allows no inline script, and a data: address is no shorter than a file once compressed.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: true,
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
