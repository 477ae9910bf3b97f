// A call that goes on, heard and taken over by a supervisor at a telephone of their own: without a number, without a
// telephone, then with one that rings, is picked up, hears, talks and ends.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { look } from './look.mjs';
import { softphone } from './softphone.mjs';
import { ask, button, daytimeZone, journey, until } from './steps.mjs';
import { browser, newFolder, open, settled, signIn, start } from './world.mjs';

const silent = (n) => `138${String(n).padStart(2, '0')}909005`; // callees who answer and never speak: the robot does
const extension = '6101';
const secret = 'the softphone of a supervisor';

let platform, chromium, admin, chief, watcher, telephone, campaign, script, taken;
const step = journey('listen', () => ({ platform, chromium }));

before(async () => {
  platform = await start(newFolder(), { calls: 1, softphones: { [extension]: secret } });
  chromium = await browser();
  admin = await open(chromium, platform.url);
  await signIn(admin, 'demo', platform.accounts.demo);
  chief = await member('lin.na', '林娜', ['calls.view', 'calls.listen', 'calls.listen_live', 'calls.take_over', 'scripts.view'], extension);
  watcher = await member('xu.li', '徐丽', ['calls.view', 'calls.listen_live']);
  [{ id: script }] = (await ask(admin, 'GET', '/scripts')).items;
  const [{ id: trunk_id }] = (await ask(admin, 'GET', '/trunks')).items;
  campaign = (await ask(admin, 'POST', '/campaigns', { name: '监听演示', script_id: script, trunk_id, robots: 1, start_mode: 'manual', window: { zone: daytimeZone() } })).id;
  for (let n = 1; n <= 30; n++) await ask(admin, 'POST', `/campaigns/${campaign}/contacts`, { number: silent(n), name: `客户${n}` });
}, { timeout: 240_000 });

after(async () => {
  await telephone?.away();
  await chromium?.close();
  await platform?.stop();
});

/** member makes one with a role of these permissions, and signs in. */
async function member(account, name, permissions, agent_number) {
  const [{ id: unit_id }] = (await ask(admin, 'GET', '/units')).items;
  const role = await ask(admin, 'POST', '/roles', { name: `角色 ${name}`, description: '', data_scope: 'tenant', permissions: ['home.view', 'campaigns.view', ...permissions] });
  const made = await ask(admin, 'POST', '/members', { account, name, phone: '', agent_number, unit_id, role_id: role.id, mask_numbers: true, concurrent_sign_in: false });
  const page = await open(chromium, platform.url);
  await signIn(page, account, made.password);
  await ask(page, 'POST', '/me/password', { current: made.password, new: `a long password of ${account}` });
  await page.goto(`/campaigns/${campaign ?? ''}`);
  return page;
}

const bar = (page) => page.getByRole('region', { name: '监听', exact: true });
const says = (page, words) => bar(page).getByText(words).waitFor();
const listen = (page) => page.getByRole('button', { name: /^监听：客户/ }).and(page.locator(':enabled')).first();

step('the buttons stand at the calls in progress, for whoever may use them, once they are answered', async () => {
  for (const page of [admin, chief, watcher]) {
    await page.goto(`/campaigns/${campaign}?tab=calling`);
    await settled(page);
  }
  await ask(admin, 'POST', `/campaigns/${campaign}/start`);
  await listen(watcher).waitFor();
  await listen(chief).waitFor();
  await chief.getByRole('button', { name: /^介入：客户/ }).and(chief.locator(':enabled')).first().waitFor();
  assert.equal(await watcher.getByRole('button', { name: /^介入：/ }).count(), 0, 'who may not take over has no button for it');
});

step('a member without an agent number is told what is missing', async () => {
  await listen(admin).click();
  await admin.locator('.el-message').getByText('您没有坐席工号').waitFor();
  await look(admin, 'listening-no-number');
  assert.equal(await bar(admin).count(), 0);
});

step('without a telephone the bar says so, until it is closed', async () => {
  await listen(chief).click();
  await says(chief, `没有话机以分机 ${extension} 登录`);
  await look(chief, 'listening-not-registered');
  await button(bar(chief), '关闭').click();
  await bar(chief).waitFor({ state: 'detached' });
});

step('the telephone rings, by the keyboard alone, and the bar says so on every page', async () => {
  telephone = await softphone(platform.exchange, extension, secret);
  await listen(chief).focus();
  await chief.keyboard.press('Enter');
  await telephone.rings();
  await says(chief, `您的话机 ${extension} 正在振铃，请接听`);
  await both(chief, 'listening-ringing');
  await chief.getByRole('link', { name: '首页' }).click();
  await says(chief, '正在振铃');
});

step('picked up, it hears the call', async () => {
  await telephone.pickUp();
  await says(chief, '正在监听');
  await telephone.hears();
  await until('the time goes on', () => bar(chief).locator('.time').innerText(), (x) => x !== '0:00');
  await both(chief, 'listening-heard');
});

step('taken over, it talks with the callee, the call’s text is a click away, and the page may be read again', async () => {
  telephone.speaks = true;
  await button(bar(chief), '介入').click();
  await says(chief, '已介入，您正在与被叫通话');
  await bar(chief).getByRole('link').click();
  await chief.waitForURL(/\/calls\/[^/]+$/);
  taken = new URL(chief.url()).pathname;
  await chief.getByRole('heading', { name: '监听与介入' }).waitFor();
  await chief.getByText(/\d\d:\d\d:\d\d 介入/).waitFor();
  await chief.locator('.pane li.robot').first().waitFor();
  assert.ok(await button(chief.locator('main'), '介入').isDisabled());
  await both(chief, 'listening-talking');
  await chief.reload();
  await says(chief, '已介入');
  await button(chief, 'English').click();
  await chief.getByRole('region', { name: 'Listening' }).getByText('Taken over').waitFor();
  await look(chief, 'listening-talking-en');
  await button(chief, '中文').click();
});

step('in the script editor, which has the window to itself, the bar stands above the tools', async () => {
  await chief.goto(`/scripts/${script}/edit`);
  await settled(chief);
  await says(chief, '已介入');
  await chief.locator('[data-node]').first().waitFor();
  await both(chief, 'listening-editor');
  const box = (at) => at.boundingBox();
  const [listening, tools, canvas] = [await box(bar(chief)), await box(chief.locator('header.bar')), await box(chief.getByRole('application'))];
  assert.deepEqual([listening.y, tools.y, canvas.y + canvas.height], [0, listening.height, 800], 'one below the other, to the end of the window');
  await chief.locator('header.bar button').filter({ hasText: '?' }).click();
  await chief.getByRole('dialog').waitFor();
  await chief.keyboard.press('Escape');
  await chief.goto(taken);
});

step('ended, the telephone is hung up, and the bar says why', async () => {
  await button(bar(chief), '结束').click();
  await says(chief, '介入已结束：您已挂断');
  await until('BYE at the telephone', () => telephone.heard.byes, (n) => n === 1);
  await chief.getByText(/^通话 \d+:\d\d$/).waitFor();
  await both(chief, 'listening-ended');
});

step('who hangs up the telephone is told so too', async () => {
  await chief.goto(`/campaigns/${campaign}?tab=calling`);
  await listen(chief).click();
  await telephone.rings();
  await telephone.pickUp();
  await says(chief, '正在监听');
  await telephone.hangUp();
  await says(chief, '监听已结束：您已挂断');
});

step('the call was listened to and taken over in the list, which can be filtered by that', async () => {
  await chief.goto(`/campaigns/${campaign}/calls?takenOver=yes`);
  await settled(chief);
  await until('the call that was taken over alone', () => chief.locator('.scroll tbody tr').count(), (n) => n === 1);
  await button(chief, '显示的列').click();
  const shown = ['是否监听', '是否介入', '坐席监听时长', '坐席通话时长', '接待坐席'];
  for (const name of [...shown, '对话轮次', '拨打次数', '操作结果', '线路名称', '意向标签']) await chief.locator('fieldset').getByText(name, { exact: true }).click();
  await chief.getByRole('heading', { level: 1 }).click();
  await chief.locator('fieldset').waitFor({ state: 'hidden' });
  const heads = (await chief.locator('.scroll thead th').allInnerTexts()).map((x) => x.trim());
  const cells = (await chief.locator('.scroll tbody td').allInnerTexts()).map((x) => x.trim());
  const at = (name) => cells[heads.indexOf(name)];
  assert.deepEqual([at('接待坐席'), at('是否监听'), at('是否介入')], [extension, '是', '是']);
  for (const time of ['坐席监听时长', '坐席通话时长']) assert.match(at(time), /^\d+:\d\d$/, time);
  assert.equal(await chief.locator('.scroll tbody a').first().getAttribute('href'), taken);
  await both(chief, 'listening-calls');
  await until('the end of the call that was only listened to', () => ask(admin, 'GET', `/campaigns/${campaign}/calls?state=ended&listened=true&taken_over=false`), (x) => x.items?.length === 1);
  await chief.goto(`/campaigns/${campaign}/calls?listened=yes&takenOver=no`);
  await until('the call that was only listened to', () => chief.locator('.scroll tbody tr').count(), (n) => n === 1);
});

step('the operation log and the roles name it', async () => {
  await admin.goto('/log');
  await settled(admin);
  for (const action of ['监听通话', '介入通话', '结束监听']) await admin.getByRole('row').filter({ hasText: action }).filter({ hasText: '林娜' }).first().waitFor();
  await admin.goto('/roles/new');
  await settled(admin);
  for (const key of ['calls.listen_live', 'calls.take_over']) await admin.locator(`[data-key="${key}"]`).filter({ hasText: /^(监听|介入)通话$/ }).waitFor();
});

step('nothing went wrong on the way', () => assert.deepEqual([admin, chief, watcher].flatMap((p) => p.faults), []));

/** both looks at the page light and dark. */
async function both(page, name) {
  await look(page, name);
  await page.emulateMedia({ colorScheme: 'dark' });
  await look(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
}
