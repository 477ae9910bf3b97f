// What a person does with the console, as steps of a journey: fill in a field, choose from a list, wait until something is so.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { patience, shots } from './world.mjs';

/** fill types into the field of a form, by its name in the request. */
export const fill = (where, name, text) => where.locator(`[data-field="${name}"]`).locator('input, textarea').first().fill(text);

/** choose takes a line of a field's list. */
export async function choose(page, where, name, text) {
  const field = where.locator(`[data-field="${name}"] .el-select`).last();
  await field.click();
  const input = field.locator('input');
  if (await input.isEditable()) await input.fill(text);
  await page.locator('.el-select-dropdown__item:visible').filter({ hasText: text }).first().click();
}

/** reason is what stands beside a field that was refused. */
export const reason = (where, name) => where.locator(`[data-field="${name}"] .el-form-item__error`);

/** button finds one by its words. */
export const button = (where, name) => where.getByRole('button', { name, exact: true });

/** dialog is the one that is open. */
export const dialog = (page) => page.locator('.el-dialog:visible, .el-message-box:visible').last();

/** inState waits for the word beside the title. */
export const inState = (page, word) => page.locator('main .state').first().filter({ hasText: word }).waitFor({ timeout: 4 * patience });

/** until asks again and again until the answer is good, and gives it. */
export async function until(what, ask, good = Boolean, wait = 2 * patience) {
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

/** daytimeZone is a time zone in which it is about noon now, so that campaigns may call at any hour of the test. */
export function daytimeZone(now = new Date()) {
  const hour = (zone) => Number(new Intl.DateTimeFormat('en', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' }).format(now));
  const zones = Intl.supportedValuesOf('timeZone').filter((z) => z.split('/').length === 2);
  return zones.reduce((best, z) => (Math.abs(hour(z) - 13) < Math.abs(hour(best) - 13) ? z : best));
}

/**
 * journey makes steps that follow each other: once one has failed, those after it are left out. A failure leaves
 * pictures of all pages and what the platform said, and tells where.
 */
export function journey(name, world) {
  let broken = '';
  return (title, work) =>
    test(title, { timeout: 180_000 }, async (t) => {
      if (broken) return t.skip(`after "${broken}" failed`);
      try {
        await work(t);
      } catch (e) {
        broken = title;
        await evidence(name, world());
        throw e;
      }
    });
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
