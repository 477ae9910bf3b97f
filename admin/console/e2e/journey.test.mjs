// One campaign from beginning to end, as an administrator of a company lives it: sign in, create, import, start, watch,
// listen, export, and keep somebody from being called.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { ask, button, choose, daytimeZone, dialog, fill, inState, journey, reason, until } from './steps.mjs';
import { textsOf, workbook } from './workbook.mjs';
import { browser, newFolder, open, settled, shoot, signIn, start } from './world.mjs';

// Numbers of the carrier simulator's table (docs/carrier-simulator.md): the last two digits say what the callee does.
const interested = '13801909001';
const formula = '13802909001';
const refuses = '13803909003';
const busy = '13804909020';
const vacant = '13805909031';
const listed = '13806909001';

const folder = newFolder();
const zone = daytimeZone();
let platform, chromium, page, first, second;
const step = journey('journey', () => ({ platform, chromium }));

before(async () => {
  platform = await start(folder, { calls: 1 });
  chromium = await browser();
  page = await open(chromium, platform.url);
}, { timeout: 120_000 });

after(async () => {
  await chromium?.close();
  await platform?.stop();
});

step('a wrong password is refused with a reason, the right one opens home', async () => {
  await page.goto('/');
  await page.waitForURL('**/sign-in');
  await page.locator('input[name=account]').fill('demo');
  await page.locator('input[name=password]').fill('surely-not-this');
  await page.locator('.el-button[type=submit]').click();
  const refused = page.getByRole('alert');
  await refused.waitFor();
  assert.ok((await refused.innerText()).trim().length > 5);
  assert.equal(new URL(page.url()).pathname, '/sign-in');
  await signIn(page, 'demo', platform.accounts.demo);
  await page.waitForURL('**/home');
  await settled(page);
});

step('a campaign is created; what is wrong is said beside its field', async () => {
  await page.getByRole('link', { name: 'AI 外呼任务' }).click();
  await page.waitForURL('**/campaigns');
  await button(page, '新建任务').click();
  await page.waitForURL('**/campaigns/new');
  const form = page.locator('main');
  await form.locator('[data-field="window"]').getByText('09:00 至 20:00').waitFor();
  await button(form, '新建任务').click();
  await reason(form, 'name').waitFor();
  await reason(form, 'script_id').waitFor();

  await fill(form, 'name', '十一月回访');
  await choose(page, form, 'script_id', '流量套餐介绍');
  await choose(page, form, 'trunk_id', 'Carrier simulator');
  await fill(form, 'robots', '5');
  for (const day of ['周六', '周日']) await form.locator('[data-field="window.weekdays"]').getByText(day).click();
  await choose(page, form, 'window.zone', zone);
  // Only the server knows how long may lie between two attempts.
  await fill(form, 'redial.max_attempts', '2');
  await form.locator('[data-field="redial.max_attempts"] input').blur();
  await fill(form, 'redial.interval_seconds', '30');
  await choose(page, form, 'redial.interval_seconds', '天');
  await button(form, '新建任务').click();
  await reason(form, 'redial.interval_seconds').waitFor();
  assert.match(await reason(form, 'redial.interval_seconds').innerText(), /7/);
  await fill(form, 'redial.interval_seconds', '1');
  await fill(form, 'redial.max_attempts', '1');
  await form.locator('[data-field="redial.max_attempts"] input').blur();
  await button(form, '新建任务').click();
  await page.waitForURL(/\/campaigns\/\d+\?tab=imports/);
  first = Number(/campaigns\/(\d+)/.exec(page.url())[1]);
});

step('a workbook is imported, with its bad rows told; files of another kind are refused', async () => {
  const input = page.locator('main input[type=file]');
  await input.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from(interested) });
  await page.getByRole('alert').filter({ hasText: '只能导入 xlsx、xls 或 csv 文件' }).waitFor();
  await input.setInputFiles({ name: 'renamed.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from('not a workbook at all') });
  const failed = page.locator('main tr', { hasText: 'renamed.xlsx' });
  await failed.getByText(/^(已完成|失败)$/).waitFor(); // one file at a time is taken

  await input.setInputFiles({ name: '回访.xlsx', mimeType: 'application/octet-stream', buffer: workbook([
    ['联系方式', '联系人', '城市'],
    [interested, '张伟', '杭州'], [formula, '=1+1', '上海'], [refuses, '王芳', '北京'], [busy, '李娜', '成都'], [vacant, '刘洋', '广州'],
    ['12345', '号码错误', '深圳'], [interested, '张伟', '杭州'],
  ]) });
  const row = page.locator('main tr', { hasText: '回访.xlsx' });
  await row.getByText('已完成').waitFor();
  const numbers = await row.locator('td.num').allInnerTexts();
  assert.deepEqual(numbers.map((n) => n.trim()), ['7', '5', '2']);
  const [file] = await Promise.all([page.waitForEvent('download'), row.getByRole('link', { name: '下载' }).click()]);
  const rejected = join(folder, 'rejected');
  await file.saveAs(rejected);
  const bytes = readFileSync(rejected);
  const text = bytes.subarray(0, 2).toString('latin1') === 'PK' ? textsOf(bytes).texts.join('\n') : bytes.toString('utf8');
  assert.match(text, /12345/);
  assert.match(text, new RegExp(interested));
});

step('it is started, and calls are seen to come and go without reading the page again', async () => {
  await page.evaluate(() => { window.sameDocument = true; });
  const before = await unread();
  await page.getByRole('tab', { name: '实时状态' }).click();
  await button(page, '启动').click();
  await inState(page, '进行中');
  // A call shows with what was said last.
  await page.locator('.talks .said').filter({ hasText: /机器人.*您好/ }).first().waitFor({ timeout: 60_000 });
  await shoot(page, 'campaign-talking');
  const done = () => page.locator('main [role=progressbar]').first().getAttribute('aria-valuenow').then(Number);
  await until('some contacts are done', done, (n) => n > 0 && n <= 5);
  await inState(page, '已完成');
  assert.equal(await done(), 5);
  await until('the message about its end', unread, (n) => n > before);
  assert.ok(await page.evaluate(() => window.sameDocument), 'the page was read again');
});

/** unread is the number at the bell. */
async function unread() {
  return Number(/\d+/.exec(await page.locator('a.bell').getAttribute('aria-label'))[0]);
}

step('an answered call is opened and played; the text follows, and a sentence plays by a click', async () => {
  await page.getByRole('tab', { name: '已完成' }).click();
  await page.getByRole('link', { name: '张伟' }).click();
  await page.waitForURL(/\/calls\/[^/]+$/);
  await page.locator('[data-play]').click();
  const seconds = async () => {
    const [m, s] = (await page.locator('.time b').innerText()).split(':').map(Number);
    return m * 60 + s;
  };
  const active = () => page.locator('li[aria-current=true]').getAttribute('data-seq', { timeout: 1000 }).catch(() => null);
  await until('the sentence that is heard is marked', active);
  const begun = await active();
  await until('playing goes on', seconds, (s) => s >= 3);
  await until('another sentence is marked', active, (seq) => seq !== null && seq !== begun);
  const sentences = page.locator('.pane li');
  assert.ok((await sentences.count()) >= 4);
  const last = sentences.last();
  const seq = await last.getAttribute('data-seq');
  const was = await seconds();
  await last.locator('button.words').click();
  await until('the sentence clicked on is heard', active, (a) => a === seq);
  assert.ok((await seconds()) > was);
  await page.locator('.robot .facts').filter({ hasText: '毫秒' }).first().waitFor();
  await page.locator('.callee .chip').first().waitFor();
});

step('calls are exported to Excel; a name cannot become a formula', async () => {
  await page.goto(`/campaigns/${first}/calls`);
  await settled(page);
  await button(page, '导出').click();
  await page.getByRole('menuitem', { name: /Excel 表格/ }).click();
  await page.locator('button.tool[aria-label^="后台任务"]').click();
  const link = page.getByRole('link', { name: '下载文件' });
  await link.waitFor({ timeout: 60_000 });
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
  assert.match(file.suggestedFilename(), /\.xlsx$/);
  const path = join(folder, 'calls.xlsx');
  await file.saveAs(path);
  const { files, texts } = textsOf(readFileSync(path));
  assert.ok(texts.includes('张伟'));
  assert.ok(texts.includes("'=1+1"), 'the name is kept, as a text');
  assert.ok(!texts.includes('=1+1'));
  assert.ok(!Object.values(files).some((x) => /<f[ >]/.test(x)), 'there is no formula in it');
  await page.goto('/exports');
  await page.getByRole('row').filter({ hasText: '十一月回访' }).getByText('已完成').waitFor();
});

step('a number on a do-not-call list is not called', async () => {
  await page.goto('/dnc');
  await button(page, '新建分组').first().click();
  await fill(dialog(page), 'name', '已退订');
  await button(dialog(page), '保存').click();
  await page.waitForURL(/\/dnc\/\d+/);
  await button(page, '添加号码').first().click();
  await fill(dialog(page), 'number', 'not a number');
  await button(dialog(page), '保存').click();
  await reason(dialog(page), 'number').waitFor();
  await fill(dialog(page), 'number', listed);
  await button(dialog(page), '保存').click();
  await page.locator('main tr', { hasText: '138 0690 9001' }).waitFor();

  const { script_id, trunk_id } = await ask(page, 'GET', `/campaigns/${first}`);
  second = (await ask(page, 'POST', '/campaigns', { name: '十二月回访', script_id, trunk_id, robots: 5, start_mode: 'manual', window: { zone } })).id;
  await page.goto(`/campaigns/${second}/edit`);
  await settled(page);
  const filter = page.locator('[data-field="dnc.enabled"]');
  if (!(await filter.getByRole('switch').isChecked())) await filter.locator('.el-switch').click();
  await choose(page, page.locator('main'), 'dnc.group_ids', '已退订');
  await page.keyboard.press('Escape');
  await button(page, '保存').click();
  await page.waitForURL(new RegExp(`/campaigns/${second}$`));

  await page.getByRole('tab', { name: '导入' }).click();
  const csv = join(folder, 'two.csv');
  writeFileSync(csv, `号码,姓名\n${listed},陈静\n13807909020,赵强\n`);
  await page.locator('main input[type=file]').setInputFiles(csv);
  await page.locator('main tr', { hasText: 'two.csv' }).getByText('已完成').waitFor();
  await button(page, '启动').click();
  await inState(page, '已完成');
  await page.getByRole('tab', { name: '实时状态' }).click();
  const counts = page.getByRole('region', { name: '号码去向' }).locator('.count');
  await until('two contacts are done, one of them called', () => counts.allInnerTexts(), (n) => n.slice(0, 3).join() === '2,1,0');
  await page.getByRole('tab', { name: '已完成' }).click();
  await page.getByRole('link', { name: '赵强' }).waitFor();
  assert.equal(await page.getByRole('link', { name: '陈静' }).count(), 0);
});

step('nothing went wrong on the way', () => assert.deepEqual(page.faults, []));
