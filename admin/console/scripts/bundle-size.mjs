// Fails when the first page costs more JavaScript than it may: what sign-in loads, and what the shell with the home page
// loads, each with everything it imports at once. Charts must not be among it.
import { readFileSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const limit = 250_000;
const pages = { 'sign-in': 'src/features/session/SignInPage.vue', home: 'src/features/home/HomePage.vue' };
const shell = ['index.html', 'src/app/AppShell.vue'];

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

function collect(key, into) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`${key} is not in the bundle; correct scripts/bundle-size.mjs`);
  if (into.has(chunk.file)) return;
  into.add(chunk.file);
  for (const next of chunk.imports ?? []) collect(next, into);
}

let failed = false;
for (const [name, page] of Object.entries(pages)) {
  const files = new Set();
  for (const key of [...shell, page]) collect(key, files);
  let size = 0;
  for (const file of files) {
    const text = readFileSync(new URL(file, dist));
    if (/echarts|zrender/i.test(text.toString())) {
      console.error(`${name}: ${file} holds charts; import them in a component that is loaded lazily`);
      failed = true;
    }
    size += gzipSync(text, { level: 9 }).length;
  }
  console.log(`${name}: ${(size / 1000).toFixed(1)} kB of JavaScript gzipped in ${files.size} files, of ${limit / 1000} kB`);
  if (size > limit) {
    console.error(`${name}: more than ${limit / 1000} kB; load what the first page does not show later`);
    failed = true;
  }
}
// The server embeds dist; only this script needs the manifest.
rmSync(new URL('.vite', dist), { recursive: true });
process.exitCode = failed ? 1 : 0;
