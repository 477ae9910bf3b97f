// The platform and a browser for one end-to-end run: the real binary with every role and the demo, on free ports and a
// new data folder, and Chromium.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { freePort } from './udp.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../../..');

/** Where screenshots go. */
export const shots = process.env.OUTDIAL_E2E_SHOTS ?? join(root, 'e2e-shots');

/** How long a page may take to show something: generous, since machines are busy. */
export const patience = 90_000;

/** The folder of this run's data, workbooks and downloads. */
export function newFolder() {
  return mkdtempSync(join(tmpdir(), 'outdial-e2e-'));
}

/** start runs the platform and resolves once it can be signed in to. Accounts are those that it printed; softphones may
 * register, by their extensions with these passwords, at the switch. */
export async function start(folder, { calls = 40, softphones = {} } = {}) {
  const binary = process.env.OUTDIAL_BINARY ?? join(root, 'bin/outdial');
  if (!existsSync(binary)) throw new Error(`there is no ${binary}: run make build`);
  const any = '127.0.0.1:0';
  const exchange = Object.keys(softphones).length ? `127.0.0.1:${await freePort()}` : any;
  const child = spawn(binary, ['--data', join(folder, 'data'), 'all', '--demo', '--calls', String(calls), '--listen', any], {
    env: {
      ...process.env,
      OUTDIAL_SWITCH_ESL: any, OUTDIAL_SWITCH_CARRIERS: any, OUTDIAL_SWITCH_EXTENSIONS: exchange, OUTDIAL_DIALOGUE_SIP: any, OUTDIAL_CARRIER_LISTEN: any,
      OUTDIAL_CARRIER_SPEED: '5',
      ...Object.fromEntries(Object.entries(softphones).map(([extension, password]) => [`OUTDIAL_SWITCH_USERS_${extension}`, password])),
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let said = '';
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const ready = new Promise((resolve, reject) => {
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text) => {
      said += text;
      if (/Outdial is at/.test(said) && /\n\n\s*$/.test(said)) resolve();
    });
    exited.then((code) => reject(new Error(`outdial ended with ${code}:\n${said}`)));
  });
  await ready;
  const url = /Outdial is at (\S+)/.exec(said)[1].replace(/\/$/, '');
  return {
    url: url.startsWith('http') ? url : `http://${url}`,
    /** Where softphones register. */
    exchange,
    /** Everything that the platform printed. */
    said: () => said,
    accounts: accountsIn(said),
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await exited;
      clearTimeout(late);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** accountsIn reads the passwords that the platform printed, by account. */
export function accountsIn(text) {
  const accounts = {};
  for (const m of text.matchAll(/(?:account +)?([a-z][\w.-]*)(?: of the operator was made)?,?\s+password +(\S+?)[:,]?(?=\s)/g)) accounts[m[1]] = m[2];
  return accounts;
}

/** browser starts Chromium without anything that asks the network. */
export function browser() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) throw new Error(`there is no ${executablePath}: install Chromium, or name one in CHROMIUM`);
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
      '--disable-sync', '--autoplay-policy=no-user-gesture-required', '--force-color-profile=srgb',
      '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'], // a microphone that beeps
  });
}

/** shoot writes a screenshot of the page as it is. */
export async function shoot(page, name, { full = false } = {}) {
  const path = join(shots, `${name}.png`);
  mkdirSync(dirname(path), { recursive: true });
  await page.screenshot({ path, fullPage: full, animations: 'disabled' });
}

/** open gives a page of its own session, with what went wrong in it collected in page.faults. */
export async function open(chromiumBrowser, url, { dark = false, english = false } = {}) {
  const context = await chromiumBrowser.newContext({ baseURL: url, viewport: { width: 1280, height: 800 }, colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce', acceptDownloads: true });
  if (english) await context.addInitScript(() => localStorage.setItem('outdial.language', 'en'));
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  page.faults = [];
  page.on('pageerror', (e) => page.faults.push(`error in the page: ${e.message}`));
  page.on('console', (m) => { if (m.type() === 'error' && !/status of 4\d\d/.test(m.text())) page.faults.push(`console: ${m.text()}`); });
  page.on('response', (r) => { if (r.status() >= 500) page.faults.push(`${r.status()} ${r.url()}`); });
  return page;
}

/** signIn fills in the form and waits for what comes after it. */
export async function signIn(page, account, password) {
  await page.goto('/sign-in');
  await page.locator('input[name=account]').fill(account);
  await page.locator('input[name=password]').fill(password);
  await page.locator('.el-button[type=submit]').click();
  await page.waitForURL((u) => u.pathname !== '/sign-in');
}

/** settled waits until the page shows its data: nothing is loading and no skeleton is left. */
export async function settled(page) {
  await page.waitForFunction(() => document.querySelector('main, [role=main]') && !document.querySelector('.el-skeleton, .skeleton, [aria-busy=true]'));
  await page.evaluate(() => document.fonts.ready);
}
