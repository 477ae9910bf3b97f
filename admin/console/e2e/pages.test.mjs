// Every page of the console, light and dark: it opens without an error, axe finds nothing serious, and a screenshot of it
// is left behind.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { browser, newFolder, open, settled, shoot, signIn, start } from './world.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let platform, chromium, firstCampaign, answeredCall;

before(async () => {
  platform = await start(newFolder(), { calls: 40 });
  chromium = await browser();
  await seed();
}, { timeout: 180_000 });

after(async () => {
  await chromium?.close();
  await platform?.stop();
});

/** api asks the platform as the page's user. */
async function api(page, path) {
  const answer = await page.request.get(`/api/v1${path}`);
  assert.equal(answer.status(), 200, path);
  return answer.json();
}

/** seed waits for a call that was answered, so that the pages have something to show. */
async function seed() {
  const page = await open(chromium, platform.url);
  await signIn(page, 'demo', platform.accounts.demo);
  firstCampaign = (await api(page, '/campaigns')).items[0].id;
  for (const late = Date.now() + 120_000; !answeredCall; ) {
    const calls = await api(page, `/campaigns/${firstCampaign}/calls?state=ended&disposition=answered`);
    answeredCall = calls.items.find((c) => c.turn_count > 3 && c.audio)?.id;
    assert.ok(Date.now() < late, 'no call of the demo was answered and recorded');
    await page.waitForTimeout(500);
  }
  await page.context().close();
}

/** pages maps the console's routes to the address that is opened, and who opens it. */
const pages = {
  '/sign-in': { as: null, name: 'sign-in' },
  '/first-password': { as: 'admin', name: 'first-password' },
  '/home': { name: 'home' },
  '/campaigns': { name: 'campaigns' },
  '/campaigns/new': { name: 'campaign-new' },
  '/campaigns/:id(\\\\d+)': { name: 'campaign', path: () => `/campaigns/${firstCampaign}` },
  '/campaigns/:id(\\\\d+)/edit': { name: 'campaign-edit', path: () => `/campaigns/${firstCampaign}/edit` },
  '/campaigns/:id(\\\\d+)/calls': { name: 'calls', path: () => `/campaigns/${firstCampaign}/calls` },
  '/calls/:id': { name: 'call', path: () => `/calls/${answeredCall}` },
};

/** routes reads the addresses that the features declare. */
function routes() {
  const features = join(here, '../src/features');
  return readdirSync(features).flatMap((f) => {
    const source = readFileSync(join(features, f, 'module.ts'), 'utf8').split('menu:')[0];
    return [...source.matchAll(/\bpath: '([^']+)'/g)].map((m) => m[1]);
  });
}

test('every route is walked', () => {
  assert.deepEqual(routes().filter((r) => !pages[r]), []);
});
