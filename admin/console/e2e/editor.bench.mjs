// How much work the script editor is for the browser, frame by frame: `npm run build && npm run bench:editor`.
//
// The page is the built console, with a large script and a server that answers at once, so that nothing but the page is
// measured. A frame's cost is the processor time of the page's main thread from a movement of the mouse, or a key, until it
// is painted; other programs on the machine do not count. There is no GPU.
//
// Opening is measured by the clock, and in the processor time of the browser's processes together, each time in a new browser:
// by address, by a click in the list of scripts that has come to rest, by a click on one that has just been shown, and by
// address once more.
//
//   --nodes 300          how large the script is
//   --times 3            how often it is opened in each way
//   --only drag,typing   these alone
//   --profile FILE       a CPU profile of what was measured, for the browser's developer tools
//   --trace FILE         what the browser did, event by event; what is measured is slower then
//   --picture FILE       what the page looks like at the end
//   OUTDIAL_CONSOLE_DIST another build, to compare with
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runnerImport } from 'vite';
import { browser, open } from './world.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values: asked } = parseArgs({ options: { nodes: { type: 'string', default: '300' }, times: { type: 'string', default: '3' }, only: { type: 'string', default: '' }, profile: { type: 'string' }, trace: { type: 'string' }, picture: { type: 'string' } } });
const dist = process.env.OUTDIAL_CONSOLE_DIST ?? join(here, '../dist');
const { largeScript } = (await runnerImport(join(here, '../tests/editor/large.ts'))).module;
const script = largeScript(Number(asked.nodes));

const now = new Date().toISOString();
const row = {
  id: 1, name: script.name, key: 'bench', trade: '', description: '', language: 'zh', state: 'draft', remark: '', editing: true, shared: false, deployment: 'none', version: 0, version_id: 0, deployed_version: 0, deployed_version_id: 0, problems: 0,
  created_by: 'Bench', created_at: now, updated_at: now,
};
const answers = {
  'GET /me': {
    id: 1, account: 'bench', name: 'Bench', phone: '', email: '', tenant: { id: 1, name: 'Bench', kind: 'merchant', zone: 'Asia/Shanghai' }, unit: { id: 1, name: 'Bench' }, role: { id: 1, name: 'Bench', data_scope: 'all' },
    permissions: ['scripts.view', 'scripts.edit'], must_change_password: false, mask_numbers: false, unread: 0, signed_in_at: now, last_sign_in: { at: now, ip: '' }, created_at: now,
  },
  'GET /scripts': { items: Array.from({ length: 20 }, (_, i) => ({ ...row, id: i + 1 })), next: '' },
  'GET /scripts/1': row,
  'GET /scripts/1/draft': { revision: 1, document: JSON.stringify(script), problems: [], updated_at: now, updated_by: 'Bench' },
  'PUT /scripts/1/draft': { revision: 1, document: '{}', problems: [], updated_at: now, updated_by: 'Bench' },
  'POST /scripts/check': { problems: Object.keys(script.nodes).filter((_, i) => i % 10 === 0).map((node) => ({ severity: 'warning', node, at: 'say', text: 'bench' })) },
};
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' };

/** serve gives the built console, and the answers. */
async function serve() {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://127.0.0.1');
    request.resume();
    if (pathname.startsWith('/api/')) {
      const answer = answers[`${request.method} ${pathname.replace('/api/v1', '')}`];
      response.writeHead(answer ? 200 : 404, { 'Content-Type': 'application/json' });
      return response.end(JSON.stringify(answer ?? { status: 404, title: 'not found', code: 'not_found', detail: '' }));
    }
    const path = extname(pathname) ? normalize(pathname) : '/index.html';
    try {
      const packed = existsSync(join(dist, path + '.gz'));
      const body = readFileSync(join(dist, packed ? path + '.gz' : path));
      // As the platform serves them: files with a hash in their name are read from the cache after the first time.
      response.writeHead(200, {
        'Content-Type': types[extname(path)] ?? 'application/octet-stream', 'Cache-Control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        ...(packed ? { 'Content-Encoding': 'gzip' } : {}),
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** gauge reads what the main thread has done so far, in milliseconds of processor time. */
async function gauge(cdp) {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (name) => metrics.find((m) => m.name === name).value * 1000;
  return { work: of('TaskDuration'), script: of('ScriptDuration'), style: of('RecalcStyleDuration'), layout: of('LayoutDuration') };
}
const painted = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
const idle = (page) => page.evaluate(() => new Promise((done) => requestIdleCallback(() => requestIdleCallback(done))));

/** frames does something again and again and tells what each time cost. */
async function frames(page, cdp, count, act) {
  const out = [];
  await idle(page);
  for (let i = 0; i < count; i++) {
    const before = await gauge(cdp);
    await act(i);
    await painted(page);
    const after = await gauge(cdp);
    out.push(Object.fromEntries(Object.keys(after).map((k) => [k, after[k] - before[k]])));
  }
  return out;
}

const at = (all, share) => all.sort((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * share))];
const rows = [];
function tell(what, all) {
  const part = (k) => all.map((f) => f[k]);
  const mean = (k) => part(k).reduce((a, b) => a + b, 0) / all.length;
  rows.push([what, all.length, at(part('work'), 0.5), at(part('work'), 0.95), Math.max(...part('work')), mean('script'), mean('style'), mean('layout')]);
}

/** rest waits until a browser that was just started has done what it does then, which takes longer than to open a page. */
async function rest(spent) {
  for (let was = await spent(), quiet = 0; quiet < 3; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = await spent();
    quiet = now - was <= 10 ? quiet + 1 : 0;
    was = now;
  }
}

/** opening tells how long it takes until the first node can be seen, each time in a new browser. */
async function opening(url, times) {
  const ways = {
    'by address': async () => async (page) => page.goto('/scripts/1/edit', { waitUntil: 'commit' }),
    'by a click in a list at rest': async (page) => {
      await page.goto('/scripts', { waitUntil: 'networkidle' });
      await page.locator('[data-action=edit]').first().waitFor();
      await idle(page);
      return clicked;
    },
    'by a click in a list just shown': async (page) => {
      await page.goto('/scripts', { waitUntil: 'commit' });
      await page.locator('[data-action=edit]').first().waitFor();
      return clicked;
    },
    'by address, once more': async (page) => {
      await page.goto('/scripts/1/edit', { waitUntil: 'networkidle' });
      await idle(page);
      await page.goto('about:blank');
      return ways['by address']();
    },
  };
  const clicked = (page) => page.evaluate(() => document.querySelector('[data-action=edit]').click());
  const all = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let i = 0; i < times; i++) {
    for (const [way, prepare] of Object.entries(ways)) {
      const chromium = await browser();
      try {
        const page = await open(chromium, url);
        const cdp = await chromium.newBrowserCDPSession();
        const spent = async () => (await cdp.send('SystemInfo.getProcessInfo')).processInfo.reduce((sum, p) => sum + p.cpuTime * 1000, 0);
        await rest(spent);
        const go = await prepare(page);
        const before = await spent();
        const began = performance.now();
        await go(page);
        await page.locator('[data-node="ask-0"] .head').waitFor();
        await painted(page);
        all[way].push({ clock: performance.now() - began, work: (await spent()) - before });
        if (page.faults.some((f) => f.startsWith('error'))) throw new Error(page.faults.join('\n'));
      } finally {
        await chromium.close();
      }
    }
  }
  console.log(`${asked.nodes} nodes, opened; milliseconds\n| how | times | by the clock: p50 | most | of the processor: p50 | most |\n|---|---|---|---|---|---|`);
  for (const [way, each] of Object.entries(all)) {
    const part = (k) => each.map((e) => e[k]);
    console.log(`| ${way} | ${each.length} | ${[at(part('clock'), 0.5), Math.max(...part('clock')), at(part('work'), 0.5), Math.max(...part('work'))].map((n) => n.toFixed(0)).join(' | ')} |`);
  }
}

// To the right of where it begins: at the edge of the canvas a drag moves the canvas, too.
const circle = (i, radius) => ({ x: Math.round((1 - Math.cos(i / 6)) * radius), y: Math.round(Math.sin(i / 6) * radius) });
const server = await serve();
const wanted = (name) => !asked.only || asked.only.split(',').includes(name);
if (wanted('open')) await opening(server.url, Number(asked.times));
const chromium = await browser();
try {
  const page = await open(chromium, server.url);
  page.setDefaultTimeout(120_000);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const box = (node) => page.locator(`[data-node="${node}"] .head`);

  /** show opens the script with a node in the middle, and waits until there is nothing more to do. */
  async function show(node) {
    await page.goto(`/scripts/1/edit${node ? `?node=${node}` : ''}`);
    await box(node ?? 'ask-0').waitFor();
    await painted(page);
    await page.mouse.move(640, 790);
    await new Promise((resolve) => setTimeout(resolve, 500)); // moving to a node is animated
    await idle(page);
  }
  const middle = async (node) => {
    const b = await box(node).boundingBox();
    return { x: b.x + 60, y: b.y + b.height / 2 };
  };
  /** empty is a place of the canvas where nothing lies. */
  const empty = () => page.evaluate(() => {
    const r = document.querySelector('.vue-flow__pane').getBoundingClientRect();
    for (let y = r.top + 40; y < r.bottom - 160; y += 20) {
      for (let x = r.left + 60; x < r.right - 240; x += 20) if (document.elementFromPoint(x, y)?.classList.contains('vue-flow__pane')) return { x, y };
    }
    throw new Error('nothing is empty');
  });
  async function drag(what, node) {
    await show(node);
    const from = await middle(node ?? 'ask-0');
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + 5, from.y + 5);
    await painted(page);
    tell(what, await frames(page, cdp, 60, (i) => {
      const by = circle(i, 60);
      return page.mouse.move(from.x + by.x, from.y + by.y);
    }));
    tell(`${what}: drop`, await frames(page, cdp, 1, () => page.mouse.up()));
  }

  const work = {
    drag: () => drag('drag a node'),
    many: () => drag('drag the node that most lead to', 'bye'),
    async pan() {
      await show();
      const from = await empty();
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      tell('pan', await frames(page, cdp, 80, (i) => page.mouse.move(from.x - 16 * (i < 40 ? i : 80 - i), from.y)));
      await page.mouse.up();
    },
    async far() {
      await show();
      const all = [];
      for (let i = 0; i < 10; i++) {
        const from = await empty();
        await page.mouse.move(from.x, from.y);
        await page.mouse.down();
        all.push(...(await frames(page, cdp, 6, (j) => page.mouse.move(from.x - 120 * (j + 1), from.y))));
        await page.mouse.up();
      }
      tell('pan, quickly, to what was not near', all);
    },
    async zoom() {
      await show();
      const from = await empty();
      await page.mouse.move(from.x, from.y);
      tell('zoom', await frames(page, cdp, 40, (i) => page.mouse.wheel(0, i < 20 ? 36 : -36)));
    },
    async typing() {
      await show('ask-3');
      const text = page.locator('.dock textarea').first();
      await text.click();
      await text.press('End');
      const words = '您好这里是售后服务中心请问现在方便吗';
      tell('type in the dock', await frames(page, cdp, 30, (i) => page.keyboard.insertText(words[i % words.length])));
    },
    async undo() {
      await show();
      const { x, y } = await middle('ask-0');
      await page.mouse.click(x, y);
      for (let i = 0; i < 10; i++) await page.keyboard.press('Shift+ArrowDown');
      tell('undo', await frames(page, cdp, 10, () => page.keyboard.press('Control+z')));
    },
  };
  const events = [];
  if (asked.trace) {
    cdp.on('Tracing.dataCollected', ({ value }) => { for (const e of value) events.push(e); });
    await cdp.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'cc', 'blink', 'toplevel', '__metadata'] } });
  }
  if (asked.profile) await cdp.send('Profiler.enable').then(() => cdp.send('Profiler.start'));
  for (const [name, run] of Object.entries(work)) if (wanted(name)) await run();
  if (asked.trace) {
    const ended = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
    await cdp.send('Tracing.end');
    await ended;
    writeFileSync(asked.trace, JSON.stringify(events));
  }
  if (asked.profile) writeFileSync(asked.profile, JSON.stringify((await cdp.send('Profiler.stop')).profile));
  if (asked.picture) await page.screenshot({ path: asked.picture });
  const ways = await page.evaluate(() => document.querySelectorAll('.vue-flow__node').length);
  console.log(`${asked.nodes} nodes, ${ways} of them drawn; milliseconds of processor time of the main thread a frame`);
  console.log('| what | frames | p50 | p95 | most | script, mean | style | layout |\n|---|---|---|---|---|---|---|---|');
  for (const [what, count, ...figures] of rows) console.log(`| ${what} | ${count} | ${figures.map((n) => n.toFixed(1)).join(' | ')} |`);
  if (page.faults.some((f) => f.startsWith('error'))) throw new Error(page.faults.join('\n'));
} finally {
  await chromium.close();
  server.close();
}
