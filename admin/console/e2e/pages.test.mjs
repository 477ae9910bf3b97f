// Every page of the console, light and dark: it opens without an error, nothing of it is wider than the window, axe finds
// nothing serious, and a picture of it is left behind.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { furnish } from './furniture.mjs';
import { look, still } from './look.mjs';
import { dialog, evidence } from './steps.mjs';
import { browser, newFolder, open, settled, shoot, signIn, start } from './world.mjs';

const here = dirname(fileURLToPath(import.meta.url));

let platform, chromium, things;
const signedIn = {}; // a page of each account

before(async () => {
  platform = await start(newFolder(), { calls: 400 });
  chromium = await browser();
  for (const account of ['demo', 'demo-agent']) {
    signedIn[account] = await open(chromium, platform.url);
    await signIn(signedIn[account], account, platform.accounts[account]);
  }
  for (const account of ['nobody', 'beginner']) signedIn[account] = await open(chromium, platform.url);
  things = await furnish({ chromium, platform, signedIn });
}, { timeout: 240_000 });

after(async () => {
  await chromium?.close();
  await platform?.stop();
});

// The console's routes, and the addresses that are opened for them. `as` is who opens it; the administrator of the demo,
// unless it is told.
const routes = {
  '/sign-in': [{ name: 'sign-in', as: 'nobody', english: true }],
  '/first-password': [{ name: 'first-password', as: 'beginner' }],
  '/home': [{ name: 'home', english: true }, { name: 'home-empty', as: 'newcomer' }, { name: 'home-agent', as: 'demo-agent' }],
  '/campaigns': [{ name: 'campaigns', english: true }, { name: 'campaigns-no-match', path: () => '/campaigns?name=no-such-thing' }, { name: 'campaigns-empty', as: 'newcomer' }],
  '/campaigns/new': [{ name: 'campaign-new', english: true }],
  '/campaigns/:id': [
    { name: 'campaign-calling', path: () => `/campaigns/${things.campaign}?tab=calling` }, { name: 'campaign-finished-calls', path: () => `/campaigns/${things.campaign}?tab=finished` },
    { name: 'campaign-imports', path: () => `/campaigns/${things.planned}?tab=imports` }, { name: 'campaign-details', path: () => `/campaigns/${things.campaign}?tab=details` },
    { name: 'campaign-alarms', path: () => `/campaigns/${things.campaign}?tab=alarms` }, { name: 'campaign-not-started', path: () => `/campaigns/${things.planned}` },
    { name: 'campaign-not-there', path: () => '/campaigns/999999' },
    { name: 'campaign', path: () => `/campaigns/${things.campaign}`, english: true },
  ],
  '/campaigns/:id/edit': [{ name: 'campaign-edit', path: () => `/campaigns/${things.planned}/edit` }, { name: 'campaign-edit-running', path: () => `/campaigns/${things.campaign}/edit` }],
  '/campaigns/:id/calls': [{ name: 'calls', path: () => `/campaigns/${things.campaign}/calls`, english: true }, { name: 'calls-agent', as: 'demo-agent', path: () => `/campaigns/${things.campaign}/calls` }],
  '/calls/:id': [
    { name: 'call', path: () => `/calls/${things.answered}`, english: true, ready: (page) => page.locator('[data-play]').waitFor() },
    { name: 'call-unanswered', path: () => `/calls/${things.unanswered}` },
  ],
  '/exports': [{ name: 'exports' }, { name: 'exports-empty', as: 'newcomer' }],
  '/scripts': [
    { name: 'scripts', english: true }, { name: 'scripts-empty', as: 'newcomer' }, { name: 'scripts-agent', as: 'demo-agent' },
    { name: 'script-new', ready: (page) => openDialog(page, 'main .el-button--primary') },
  ],
  '/scripts/market': [{ name: 'market', english: true }, { name: 'market-preview', ready: (page) => page.locator('.cards .el-button').first().click().then(() => page.locator('.el-drawer:visible ol li').first().waitFor()) }],
  '/scripts/unmatched': [
    { name: 'unmatched', path: () => `/scripts/unmatched?script=${things.asked}`, english: true, ready: twoGroups }, { name: 'unmatched-empty', as: 'newcomer' }, { name: 'unmatched-agent', as: 'demo-agent' },
    { name: 'unmatched-added', path: () => `/scripts/unmatched?script=${things.asked}&state=added`, ready: (page) => group(page).first().waitFor() }, { name: 'unmatched-ignored', path: () => `/scripts/unmatched?script=${things.asked}&state=ignored`, ready: (page) => group(page).first().waitFor() },
    { name: 'unmatched-menu', path: () => `/scripts/unmatched?script=${things.asked}`, ready: (page) => addMenu(page).then((menu) => menu.first().waitFor()) },
    { name: 'unmatched-new', path: () => `/scripts/unmatched?script=${things.asked}`, ready: (page) => addMenu(page).then((menu) => menu.first().click()).then(() => dialog(page).waitFor()) },
  ],
  '/scripts/:id': [
    { name: 'script', path: () => `/scripts/${things.script}`, english: true }, { name: 'script-draft', path: () => `/scripts/${things.draft}` }, { name: 'script-refused', path: () => `/scripts/${things.refused}` },
    { name: 'script-diff', path: () => `/scripts/${things.refused}?tab=diff` }, { name: 'script-tests', path: () => `/scripts/${things.refused}?tab=tests`, ready: (page) => page.locator('[data-run]').click().then(() => page.locator('.report .picture svg').waitFor()) },
    { name: 'script-replay', path: () => `/scripts/${things.script}?tab=replay`, ready: (page) => page.locator('[data-run]').click().then(() => page.locator('.sums').waitFor()) },
    { name: 'script-unmatched', path: () => `/scripts/${things.asked}?tab=unmatched`, ready: twoGroups }, { name: 'script-campaigns', path: () => `/scripts/${things.script}?tab=campaigns` },
    { name: 'script-talk', path: () => `/scripts/${things.script}?tab=talk`, ready: talkTo },
  ],
  '/scripts/:id/edit': [
    { name: 'script-edit', path: () => `/scripts/${things.draft}/edit`, english: true, ready: (page) => page.locator('[data-node] .head').first().click() },
    ...['questions', 'intents', 'grades', 'settings', 'variables', 'voice', 'problems'].map((panel) => ({ name: `script-edit-${panel}`, path: () => `/scripts/${things.script}/edit?panel=${panel}`, ready: (page) => page.locator('[data-node]').first().waitFor() })),
    { name: 'script-edit-tests', path: () => `/scripts/${things.script}/edit?panel=tests`, ready: (page) => page.locator('.dock .el-button--primary').click().then(() => page.locator('.tests dl').waitFor()) },
    { name: 'script-edit-talk', path: () => `/scripts/${things.script}/edit?panel=talk`, ready: (page) => page.locator('.node.talking').waitFor() },
  ],
  '/reviews': [{ name: 'reviews', as: 'admin', english: true }, { name: 'reviews-forbidden' }],
  '/reviews/:id': [
    { name: 'review', as: 'admin', path: () => `/reviews/${things.review}`, english: true }, { name: 'review-diff', as: 'admin', path: () => `/reviews/${things.review}?tab=diff` },
    { name: 'review-tests', as: 'admin', path: () => `/reviews/${things.review}?tab=tests` }, { name: 'review-refuse', as: 'admin', path: () => `/reviews/${things.review}`, ready: (page) => openDialog(page, 'main header .el-button') },
  ],
  '/trunks': [{ name: 'trunks' }, { name: 'trunks-empty', as: 'newcomer' }, { name: 'trunk-new', ready: (page) => openDialog(page, 'main .el-button--primary') }],
  '/wechat': [
    { name: 'wechat', english: true }, { name: 'wechat-empty', as: 'newcomer' }, { name: 'wechat-agent', as: 'demo-agent' }, { name: 'wechat-new', ready: (page) => openDialog(page, 'main .el-button--primary') },
  ],
  '/dnc': [{ name: 'dnc' }, { name: 'dnc-empty', as: 'newcomer' }, { name: 'dnc-new', ready: (page) => openDialog(page, 'main .el-button--primary') }],
  '/dnc/:id': [{ name: 'dnc-group', path: () => `/dnc/${things.group}` }, { name: 'dnc-imports', path: () => `/dnc/${things.group}?tab=imports` }, { name: 'dnc-group-empty', path: () => `/dnc/${things.emptyGroup}` }],
  '/agent-groups': [
    { name: 'agent-groups', ready: (page) => page.locator('tbody button[aria-expanded]').first().click().then(() => page.locator('ol.agents').waitFor()) },
    { name: 'agent-groups-empty', as: 'newcomer' }, { name: 'agent-group-new', english: true, ready: (page) => openDialog(page, 'main .el-button--primary') },
  ],
  '/team': [{ name: 'team', english: true }, { name: 'team-new', ready: (page) => openDialog(page, 'main .el-button--primary') }, { name: 'team-forbidden', as: 'demo-agent' }],
  '/roles': [{ name: 'roles' }],
  '/roles/new': [{ name: 'role-new', english: true }],
  '/roles/:id': [{ name: 'role', path: () => `/roles/${things.role}` }, { name: 'role-built-in', path: () => `/roles/${things.builtIn}` }],
  '/companies': [{ name: 'companies', as: 'admin' }, { name: 'company-new', as: 'admin', ready: (page) => openDialog(page, 'main .el-button--primary') }],
  '/companies/:id': [{ name: 'company', as: 'admin', path: () => `/companies/${things.company}` }, { name: 'company-banned', as: 'admin', path: () => `/companies/${things.banned}` }, { name: 'company-reseller', as: 'admin', path: () => `/companies/${things.reseller}` }],
  '/log': [{ name: 'log', ready: (page) => page.locator('tbody button').first().click() }, { name: 'log-operator', as: 'admin' }],
  '/announcements': [{ name: 'announcements' }, { name: 'announcements-operator', as: 'admin' }],
  '/notifications': [{ name: 'notifications' }, { name: 'notifications-empty', as: 'newcomer', path: () => '/notifications?unread=1' }],
  '/profile': [{ name: 'profile', english: true }, { name: 'profile-password', path: () => '/profile?tab=password' }, { name: 'profile-sessions', path: () => '/profile?tab=sessions' }],
  '(none)': [{ name: 'not-found', path: () => '/no/such/page' }],
};

async function openDialog(page, selector) {
  await page.locator(selector).first().click();
  await dialog(page).waitFor();
}

/** group is the button that opens one of the groups of sentences that nothing matched. */
const group = (page) => page.locator('tbody .turn button');

/** twoGroups shows the sentences of the first two groups. */
async function twoGroups(page) {
  for (const n of [0, 1]) await group(page).nth(n).click();
  await page.locator('ul.sentences').nth(1).locator('li').first().waitFor();
}

/** addMenu opens what the sentences of the first group can be added to. */
async function addMenu(page) {
  await page.locator('tbody [data-add]').first().click();
  const menu = page.locator('.el-dropdown-menu:visible [role=menuitem]');
  await menu.first().waitFor();
  return menu;
}

/** talkTo says a sentence to a script. */
async function talkTo(page) {
  const log = page.getByRole('log');
  await log.locator('.robot').first().waitFor();
  await page.locator('.say input').fill('可以啊');
  await page.keyboard.press('Enter');
  await log.locator('.callee').first().waitFor();
}

/** declared reads the addresses that the features have. */
function declared() {
  const features = join(here, '../src/features');
  return readdirSync(features).flatMap((f) => {
    const source = readFileSync(join(features, f, 'module.ts'), 'utf8').split('menu:')[0];
    return [...source.matchAll(/\bpath: '([^']+)'/g)].map((m) => m[1].replace(/\([^)]*\)/g, ''));
  });
}

test('every route of the console is opened here', () => {
  assert.deepEqual(declared().filter((r) => !routes[r]), []);
});

for (const [route, shown] of Object.entries(routes)) {
  for (const it of shown) {
    test(`page ${it.name}`, { timeout: 120_000 }, async () => {
      const page = signedIn[it.as ?? 'demo'];
      page.faults.length = 0;
      try {
        await visit(page, route, it, 'zh');
        await look(page, it.name);
        await page.emulateMedia({ colorScheme: 'dark' });
        await look(page, `${it.name}-dark`);
        await page.emulateMedia({ colorScheme: 'light' });
        if (it.english) {
          await visit(page, route, it, 'en');
          await look(page, `${it.name}-en`);
        }
        assert.deepEqual(page.faults, []);
      } catch (e) {
        await evidence(`page-${it.name}`, { platform, pages: [page] });
        throw e;
      }
    });
  }
}

// The README shows these as they are seen first, and the campaign after it has called for a while.
const pictures = { campaigns: { dark: true }, calls: {}, call: {}, team: {}, home: {}, campaign: {} };

test('pictures for the README', { timeout: 120_000 }, async () => {
  const page = signedIn.demo;
  for (const [name, { dark }] of Object.entries(pictures)) {
    const [route, it] = Object.entries(routes).flatMap(([r, shown]) => shown.map((x) => [r, x])).find(([, x]) => x.name === name);
    await visit(page, route, it, 'zh');
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    await still(page);
    await shoot(page, join('pictures', dark ? `${name}-dark` : name));
  }
});

async function visit(page, route, it, language) {
  const address = it.path?.() ?? route;
  await page.evaluate((to) => localStorage.setItem('outdial.language', to), language);
  await page.goto(address);
  await settled(page);
  assert.equal(page.url(), new URL(address, page.url()).href, 'it led elsewhere');
  // Charts come after the page.
  await page.waitForFunction(() => [...document.querySelectorAll('.card.chart .body')].every((b) => b.querySelector('canvas, svg, .none, table')));
  await it.ready?.(page);
}
