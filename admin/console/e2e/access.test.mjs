// Who may do what: an agent who sees little, the operator who founds and bans companies, a role that changes under
// somebody's hands, and sessions that are forged or over.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { ask, button, closed, daytimeZone, dialog, fill, inState, journey, until } from './steps.mjs';
import { browser, newFolder, open, settled, signIn, start } from './world.mjs';

const zone = daytimeZone();
let platform, chromium, admin, agent, operator, foreign;
const step = journey('access', () => ({ platform, chromium }));
const fresh = (o) => open(chromium, platform.url, o);
const here = (page) => new URL(page.url()).pathname;

before(async () => {
  platform = await start(newFolder(), { calls: 1 });
  chromium = await browser();
  admin = await fresh();
  await signIn(admin, 'demo', platform.accounts.demo);
}, { timeout: 120_000 });

after(async () => {
  await chromium?.close();
  await platform?.stop();
});

const menuOf = (page) => page.locator('nav a.item').allInnerTexts().then((all) => all.map((x) => x.trim()));

/** replacePassword goes through the page of a first sign-in. */
async function replacePassword(page, from, to) {
  await page.waitForURL('**/first-password');
  await fill(page, 'current', from);
  await fill(page, 'new', to);
  await fill(page, 'again', to);
  await button(page, '保存并继续').click();
  await page.waitForURL('**/home');
}

step('an agent sees the menu of the role, and numbers with their middle hidden', async () => {
  agent = await fresh();
  await signIn(agent, 'demo-agent', platform.accounts['demo-agent']);
  await settled(agent);
  const menu = await menuOf(agent);
  assert.ok(menu.includes('AI 外呼任务'), menu.join());
  for (const never of ['团队', '角色', '操作日志', '企业']) assert.ok(!menu.includes(never), `the menu has ${never}`);

  const scripts = await ask(agent, 'GET', '/scripts');
  const trunks = await ask(agent, 'GET', '/trunks');
  const mine = await ask(agent, 'POST', '/campaigns', {
    name: '我的任务', script_id: scripts.items[0].id, trunk_id: trunks.items[0].id, robots: 2, start_mode: 'manual', window: { zone },
  });
  await ask(agent, 'POST', `/campaigns/${mine.id}/contacts`, { number: '13804909020', name: '李娜' });
  await agent.goto(`/campaigns/${mine.id}`);
  await settled(agent);
  await button(agent, '启动').click();
  await inState(agent, '已完成');
  await agent.getByRole('tab', { name: '已完成' }).click();
  await agent.getByRole('link', { name: '李娜' }).click();
  await agent.waitForURL(/\/calls\/[^/]+$/);
  await agent.getByText(/138\s?\*{4}\s?9020/).first().waitFor();
  assert.ok(!(await agent.locator('body').innerText()).replace(/\s/g, '').includes('13804909020'));
});

step('what the role forbids says so, and what belongs to others does not exist', async () => {
  await agent.goto('/team');
  await agent.getByRole('heading', { name: '没有权限' }).waitFor();
  await agent.getByText('“查看成员”').waitFor();
  assert.equal(here(agent), '/team');
  const scripts = await ask(admin, 'GET', '/scripts');
  const trunks = await ask(admin, 'GET', '/trunks');
  foreign = await ask(admin, 'POST', '/campaigns', { name: '别人的任务', script_id: scripts.items[0].id, trunk_id: trunks.items[0].id, robots: 1, start_mode: 'manual', window: { zone } });
  await agent.goto(`/campaigns/${foreign.id}`);
  await agent.getByText('没有找到').waitFor();
  assert.ok(!(await agent.locator('body').innerText()).includes('别人的任务'));
  await agent.goto('/campaigns');
  await agent.getByRole('link', { name: '我的任务' }).waitFor();
  assert.equal(await agent.getByRole('link', { name: '别人的任务' }).count(), 0);
  await agent.goto('/no/such/page');
  await agent.getByText('没有这个页面').waitFor();
});

step('the operator must change the first password, and founds a company', async () => {
  operator = await fresh();
  await operator.goto('/sign-in');
  await signIn(operator, 'admin', platform.accounts.admin);
  await operator.waitForURL('**/first-password');
  await operator.goto('/companies');
  await operator.waitForURL('**/first-password'); // no way around it
  await replacePassword(operator, platform.accounts.admin, 'a long first password 1');
  await operator.getByRole('link', { name: '企业', exact: true }).click();
  await button(operator, '新建企业').first().click();
  const form = dialog(operator);
  await fill(form, 'name', '星河商贸');
  await fill(form, 'code', '不是编码');
  await fill(form, 'admin_account', 'xinghe');
  await button(form, '保存').click();
  await form.locator('[data-field="code"] .el-form-item__error').waitFor();
  await fill(form, 'code', 'xinghe');
  await button(form, '保存').click();
  await operator.locator('[data-secret]').waitFor();
});

step('the operator gives it robots, and a reseller no fewer than it has given on', async () => {
  const page = await fresh();
  await signIn(page, 'admin', 'a long first password 1');
  const found = (body) => ask(page, 'POST', '/companies', { zone, contact_name: '', contact_phone: '', ...body });
  const reseller = (await found({ kind: 'reseller', name: '华东代理商', code: 'east', admin_account: 'east-admin', robots: 100 })).company;
  await found({ kind: 'merchant', name: '晨曦教育', code: 'chenxi', admin_account: 'chenxi', parent_id: reseller.id, robots: 60 });
  await page.goto(`/companies/${reseller.id}`);
  await button(page, '分配机器人').click();
  const form = dialog(page);
  await form.getByText('至少需要 60 个').waitFor();
  const number = form.locator('[data-field="robots"] .el-input-number input');
  await number.fill('59');
  await button(form, '保存').click();
  await form.locator('[data-field="robots"] .el-form-item__error', { hasText: '至少需要 60 个' }).waitFor();
  await number.fill('80');
  await button(form, '保存').click();
  await closed(page);
  await page.getByText('80（已分配给下级 60 个）').waitFor();
  await page.context().close();
});

step('its administrator signs in with the password shown once, and is out as soon as it is banned', async () => {
  const password = await operator.locator('[data-secret]').innerText();
  await button(operator, '我已保存，关闭').click();
  await operator.waitForURL(/\/companies\/\d+$/);
  const theirs = await fresh();
  await signIn(theirs, 'xinghe', password);
  await replacePassword(theirs, password, 'a long first password 2');
  await settled(theirs);
  assert.ok(!(await menuOf(theirs)).includes('企业'), 'a merchant has no companies below it');

  await button(operator, '封禁').click();
  await fill(dialog(operator), 'reason', '资料未核实');
  await button(dialog(operator), '确认封禁').click();
  await inState(operator, '已封禁');
  // Whatever they click on next leads out.
  await theirs.getByRole('link', { name: 'AI 外呼任务' }).click({ timeout: 5000 }).catch(() => {});
  await theirs.waitForURL(/\/sign-in/);
  await theirs.goto('/sign-in');
  await theirs.locator('input[name=account]').fill('xinghe');
  await theirs.locator('input[name=password]').fill('a long first password 2');
  await theirs.locator('.el-button[type=submit]').click();
  await theirs.getByRole('alert').waitFor();
  await theirs.context().close();
});

step('a permission that a role loses is gone at once for who has it', async () => {
  await admin.goto('/roles/new');
  await settled(admin);
  await fill(admin, 'name', '质检');
  for (const key of ['home.view', 'campaigns.view', 'calls.view', 'dnc.view']) {
    const box = admin.locator(`[data-key="${key}"]`);
    if (!(await box.locator('input').isChecked())) await box.click();
  }
  await admin.locator('[data-field="data_scope"]').getByText('全企业').first().click();
  await button(admin, '保存').click();
  await admin.waitForURL('**/roles');
  const role = (await ask(admin, 'GET', '/roles')).items.find((r) => r.name === '质检');
  assert.deepEqual([role.data_scope, role.permissions.includes('dnc.view')], ['tenant', true]);

  await admin.goto('/team');
  await settled(admin);
  await button(admin, '新建成员').first().click();
  const form = dialog(admin);
  await fill(form, 'account', 'checker');
  await fill(form, 'name', '周敏');
  await form.locator('[data-field="role_id"] .el-select').click();
  await admin.locator('.el-select-dropdown__item:visible').filter({ hasText: '质检' }).click();
  await button(form, '保存').click();
  const password = await admin.locator('[data-secret]').innerText();
  await button(admin, '我已保存，关闭').click();

  const checker = await fresh();
  await signIn(checker, 'checker', password);
  await replacePassword(checker, password, 'a long first password 3');
  await settled(checker);
  assert.ok((await menuOf(checker)).includes('黑名单'));

  await admin.goto(`/roles/${role.id}`);
  await settled(admin);
  await admin.locator('[data-key="dnc.view"]').click();
  await button(admin, '保存').click();
  await admin.waitForURL('**/roles');
  assert.equal((await checker.request.get('/api/v1/dnc/groups')).status(), 403);
  await checker.goto('/dnc');
  await checker.getByRole('heading', { name: '没有权限' }).waitFor();
  assert.ok(!(await menuOf(checker)).includes('黑名单'));
  await checker.context().close();
});

step('the operation log tells who changed what', async () => {
  await admin.getByRole('link', { name: '操作日志' }).click();
  await settled(admin);
  const row = admin.getByRole('row').filter({ hasText: '修改角色' }).filter({ hasText: '质检' });
  await row.first().waitFor();
  await admin.getByRole('row').filter({ hasText: '新建成员' }).filter({ hasText: /周敏|checker/ }).first().waitFor();
  await row.first().getByRole('button').first().click();
  await admin.locator('.under').getByText('权限', { exact: true }).first().waitFor();
  await operator.goto('/log');
  await settled(operator);
  await operator.getByRole('row').filter({ hasText: '封禁企业' }).filter({ hasText: '星河商贸' }).first().waitFor();
});

step('language and theme are kept', async () => {
  await admin.goto('/home');
  await settled(admin);
  await admin.getByRole('button', { name: 'English' }).click();
  await admin.getByRole('link', { name: 'AI campaigns' }).or(admin.locator('nav').getByText('Home', { exact: true })).first().waitFor();
  const theme = admin.locator('button.tool[title]').filter({ has: admin.locator('svg.icon') }).first();
  await until('the dark theme', async () => {
    if (!(await admin.evaluate(() => localStorage.getItem('outdial.theme') === 'dark'))) await theme.click();
    return admin.evaluate(() => document.documentElement.classList.contains('dark'));
  });
  const tab = await admin.context().newPage();
  await tab.goto('/campaigns');
  await settled(tab);
  assert.equal(await tab.evaluate(() => document.documentElement.lang), 'en');
  assert.ok(await tab.evaluate(() => document.documentElement.classList.contains('dark')));
  await tab.close();
});

step('a forged session and one that is over lead to sign-in, and from there back', async () => {
  const page = await fresh();
  await page.goto('/sign-in');
  await signIn(page, 'demo', platform.accounts.demo);
  const [cookie] = (await page.context().cookies()).filter((c) => c.httpOnly);
  assert.ok(cookie, 'the session is in a cookie that scripts cannot read');
  const again = async () => {
    await page.waitForURL(/\/sign-in\?to=/);
    await page.locator('input[name=account]').fill('demo');
    await page.locator('input[name=password]').fill(platform.accounts.demo);
    await page.locator('.el-button[type=submit]').click();
    await page.waitForURL((u) => u.pathname + u.search === '/campaigns?state=paused');
  };
  await page.context().addCookies([{ ...cookie, value: 'A'.repeat(cookie.value.length) }]);
  await page.goto('/campaigns?state=paused');
  await again();
  // It ends while the page is open.
  await settled(page);
  await ask(page, 'POST', '/me/sign-out-everywhere');
  await button(page, '刷新').click({ timeout: 5000 }).catch(() => {}); // the page may have noticed first
  await again();
  await page.goto('/sign-in?to=https://example.com/');
  assert.equal(new URL(page.url()).origin, platform.url);
  await page.context().close();
});

step('the keyboard is enough to sign in and open a campaign', async () => {
  const page = await fresh();
  await page.goto('/campaigns');
  await page.waitForURL(/\/sign-in/);
  await until('the first field has the focus', () => page.evaluate(() => document.activeElement?.getAttribute('name') === 'account'));
  await page.keyboard.type('demo');
  await tabTo(page, 'the password', () => document.activeElement?.getAttribute('name') === 'password');
  await page.keyboard.type(platform.accounts.demo);
  await page.keyboard.press('Enter');
  await page.waitForURL((u) => u.pathname === '/campaigns');
  await page.getByRole('link', { name: '别人的任务' }).waitFor();
  await tabTo(page, 'the campaign', () => document.activeElement?.textContent?.includes('别人的任务') && document.activeElement.tagName === 'A');
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'none', 'the focus is seen');
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/campaigns/${foreign.id}`);
  await page.getByRole('heading', { name: '别人的任务' }).waitFor();
  await page.context().close();
});

/** tabTo presses Tab until the focus is there. */
async function tabTo(page, what, isThere) {
  for (let n = 0; n < 60; n++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(isThere)) return;
  }
  assert.fail(`60 presses of Tab did not reach ${what}`);
}

step('nothing went wrong on the way', () => assert.deepEqual([admin, agent, operator].flatMap((p) => p.faults), []));
