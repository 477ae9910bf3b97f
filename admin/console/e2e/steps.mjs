// What a person does with the console, as steps of a journey: fill in a field, choose from a list, wait until something is so.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { patience, shots } from './world.mjs';

/** fill types into the field of a form, by its name in the request. */
export const fill = (where, name, text) => where.locator(`[data-field="${name}"]`).locator('input, textarea').first().fill(text);

/** choose takes a line of a field's list, and waits until the field shows it. */
export async function choose(page, where, name, text) {
  await pick(page, where.locator(`[data-field="${name}"] .el-select`).last(), text);
}

/** pick takes the first line with a text, or of a form, from the list of this select: not of another one that is still closing. */
export async function pick(page, select, text) {
  const input = select.locator('input').last();
  if ((await input.getAttribute('aria-expanded')) !== 'true') await select.click();
  await until('the list is open', () => input.getAttribute('aria-expanded'), (open) => open === 'true');
  const list = page.locator(`[id="${await input.getAttribute('aria-controls')}"]`);
  if (typeof text === 'string' && (await input.isEditable())) await input.fill(text);
  await list.locator('.el-select-dropdown__item').filter({ hasText: text }).first().click();
  await select.filter({ hasText: text }).waitFor();
}

/** tick checks boxes of a field, those that are checked already left as they are. */
export async function tick(where, name, words) {
  for (const word of words) {
    const box = where.locator(`[data-field="${name}"] label`).filter({ hasText: word });
    await box.waitFor();
    if (!(await box.locator('input').isChecked())) await box.click();
    await until(`${word} is checked`, () => box.locator('input').isChecked());
  }
}

/** closed waits until no dialog is open: what was sent from it has been answered. */
export const closed = (page) => page.waitForFunction(() => ![...document.querySelectorAll('.el-dialog, .el-message-box')].some((d) => d.checkVisibility()));

/** reason is what stands beside a field that was refused. */
export const reason = (where, name) => where.locator(`[data-field="${name}"] .el-form-item__error`);

/** button finds one by its words. */
export const button = (where, name) => where.getByRole('button', { name, exact: true });

/** dialog is the one that is open. */
export const dialog = (page) => page.locator('.el-dialog:visible, .el-message-box:visible').last();

/** inState waits for the word beside the title. */
export const inState = (page, word) => page.locator('main .state').first().filter({ hasText: word }).waitFor({ timeout: 2 * patience });

/** until asks again and again until the answer is good, and gives it. */
export async function until(what, ask, good = Boolean, wait = patience) {
  let last;
  for (const late = Date.now() + wait; ; ) {
    last = await ask();
    if (good(last)) return last;
    assert.ok(Date.now() < late, `${what}: still ${JSON.stringify(last)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** ask sends a request as the page's user and gives the answer's JSON. */
export async function ask(page, method, path, data) {
  const answer = await page.request.fetch(`/api/v1${path}`, { method, data });
  assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
  const text = await answer.text();
  return text ? JSON.parse(text) : undefined;
}

// Zones an hour apart, all around the world. Node, the browser and the server call them the same; of others one may know an older name.
const zones = [
  'Pacific/Pago_Pago', 'Pacific/Honolulu', 'America/Anchorage', 'America/Los_Angeles', 'America/Denver', 'America/Chicago', 'America/New_York', 'America/Puerto_Rico', 'America/Sao_Paulo',
  'America/Noronha', 'Atlantic/Azores', 'Africa/Abidjan', 'Africa/Lagos', 'Africa/Johannesburg', 'Africa/Nairobi', 'Asia/Dubai', 'Asia/Karachi', 'Asia/Dhaka', 'Asia/Bangkok', 'Asia/Shanghai',
  'Asia/Tokyo', 'Australia/Brisbane', 'Pacific/Guadalcanal', 'Pacific/Fiji', 'Pacific/Tongatapu',
];

/** daytimeZone is a time zone in which it is about noon now, so that campaigns may call at any hour of the test. */
export function daytimeZone(now = new Date()) {
  const hour = (zone) => Number(new Intl.DateTimeFormat('en', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' }).format(now));
  return zones.reduce((best, z) => (Math.abs(hour(z) - 13) < Math.abs(hour(best) - 13) ? z : best));
}

/** How long a whole step may take. It is longer than any wait in it, so that the wait fails first and tells what it waited for. */
const longest = 8 * 60_000;

/**
 * journey makes steps that follow each other: once one has failed, those after it are left out. A failure leaves
 * pictures of all pages and what the platform said, and tells where.
 */
export function journey(name, world) {
  let broken = '';
  return (title, work) =>
    test(title, { timeout: longest + 60_000 }, async (t) => {
      if (broken) return t.skip(`after "${broken}" failed`);
      let late;
      try {
        await Promise.race([work(t), new Promise((_, fail) => (late = setTimeout(() => fail(new Error(`"${title}" is not through after ${longest / 60_000} minutes`)), longest)))]);
      } catch (e) {
        broken = title;
        console.error(`"${title}" failed${whereIn(e)}`);
        await evidence(name, world());
        throw e;
      } finally {
        clearTimeout(late);
      }
    });
}

/** whereIn tells the line of a test that an error comes from, with what is written there. */
export function whereIn(error) {
  const at = /\(?((?:file:\/\/)?\/[^\s()]*\.test\.mjs):(\d+):\d+\)?/.exec(error?.stack ?? '');
  if (!at) return '';
  const path = at[1].startsWith('file:') ? fileURLToPath(at[1]) : at[1];
  return ` at ${path}:${at[2]}\n  ${readFileSync(path, 'utf8').split('\n')[at[2] - 1]?.trim() ?? ''}`;
}

/** evidence leaves pictures and the platform's log behind, and tells where. */
export async function evidence(name, { platform, chromium, pages = chromium?.contexts().flatMap((c) => c.pages()) ?? [] }) {
  const folder = join(shots, 'failed');
  mkdirSync(folder, { recursive: true });
  const left = [];
  if (platform) {
    left.push(join(folder, `${name}.log`));
    writeFileSync(left[0], platform.said());
  }
  for (const [i, page] of pages.entries()) {
    const path = join(folder, `${name}-${i + 1}.png`);
    if (await page.screenshot({ path, timeout: 10_000 }).then(() => true, () => false)) left.push(`${path} (${page.url()})`);
    if (page.faults?.length) console.error(page.faults.join('\n'));
  }
  console.error(`what it looked like:\n  ${left.join('\n  ')}`);
}
