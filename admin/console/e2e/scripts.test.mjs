// A script's life: somebody writes it, tries it, sends it to review; the platform approves it; it is deployed, and a campaign
// calls with it. Its sentences are of those that come recorded with the product, so that no synthesiser is needed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { ask, button, choose, closed, daytimeZone, dialog, fill, inState, journey, pick, reason, tick, until } from './steps.mjs';
import { browser, newFolder, open, settled, shoot, signIn, start } from './world.mjs';

const folder = newFolder();
const zone = daytimeZone();
const interested = '13901909001'; // of the carrier simulator's table: agrees
const says = {
  start: '您好，我是远声科技的，有一款新的流量套餐，您想了解一下吗？', ask: '我请顾问今天给您回个电话，详细说明，可以吗？', more: '现在办理，前三个月免费，以后随时可以取消。', goodbye: '感谢您的接听，再见。',
};
let platform, chromium, page, operator, script;
const step = journey('scripts', () => ({ platform, chromium }));

before(async () => {
  platform = await start(folder, { calls: 1 });
  chromium = await browser();
  page = await open(chromium, platform.url);
  await signIn(page, 'demo', platform.accounts.demo);
}, { timeout: 120_000 });

after(async () => {
  await chromium?.close();
  await platform?.stop();
});

const field = (name) => page.locator(`.dock [data-field="${name}"]`);
const nodeBox = (id) => page.locator(`[data-node="${id}"]`);

/** lead sets where a way goes, by the row of a branch or the field of the only way. */
const lead = (row, to) => pick(page, row.locator('.el-select').last(), new RegExp(`^\\s*${to}( |$)`));
/** words writes what a node says. */
async function words(id, text) {
  await nodeBox(id).click();
  await until(`the panel of ${id}`, () => field('(id)').locator('input').inputValue(), (v) => v === id);
  await field('say').locator('textarea').fill(text);
}

step('a template of the market is found by its name, read, adopted and kept as a draft', async () => {
  await page.getByRole('link', { name: '话术市场' }).click();
  await page.waitForURL('**/scripts/market');
  await page.getByRole('textbox', { name: '名称' }).fill('贷款');
  await until('the offers of that name', () => page.locator('.cards h2').allInnerTexts(), (names) => names.length === 1);
  await button(page, '预览 贷款意向回访').click();
  const shown = page.locator('.el-drawer:visible');
  await shown.getByText('回访', { exact: false }).first().waitFor();
  await button(shown, '采用').click();
  await fill(dialog(page), 'name', '贷款老客户回访');
  await button(dialog(page), '采用').click();
  await page.waitForURL(/\/scripts\/\d+$/);
  await page.locator('main .state').filter({ hasText: '草稿' }).first().waitFor();
  await page.getByText('还没有版本').waitFor();
});

step('a script is written in the editor', async () => {
  await page.getByRole('link', { name: '我的话术' }).click();
  await page.waitForURL('**/scripts');
  await settled(page);
  await button(page, '新建话术').click();
  await button(dialog(page), '新建并编辑').click();
  await reason(dialog(page), 'name').waitFor();
  await fill(dialog(page), 'name', '流量套餐邀约');
  await button(dialog(page), '新建并编辑').click();
  await page.waitForURL(/\/scripts\/\d+\/edit$/);
  script = Number(/scripts\/(\d+)/.exec(page.url())[1]);
  await nodeBox('start').waitFor();

  for (const id of ['start', 'ask', 'goodbye']) await words(id, says[id]);
  // A node more, between the question and the goodbye.
  await button(page.getByRole('navigation', { name: '节点类型' }), '播报').click();
  const id = await until('the new node', () => field('(id)').locator('input').inputValue(), (v) => !['start', 'ask', 'goodbye'].includes(v));
  await field('(id)').locator('input').fill('more');
  await field('(id)').locator('input').blur();
  await nodeBox('more').waitFor();
  assert.equal(await nodeBox(id).count(), 0);
  await words('more', says.more);
  await field('label').locator('input').fill('有兴趣');
  await lead(field('next'), 'goodbye');
  await nodeBox('ask').click();
  for (const on of ['affirm', 'default']) await lead(page.locator(`.dock [data-place="branches.${on}"]`), 'more'); // callees who agree may ask first
  await page.keyboard.press('Control+s');
  await page.locator('[role=status].saved').filter({ hasText: '已保存' }).waitFor();
  const { document, problems } = await ask(page, 'GET', `/scripts/${script}/draft`);
  const d = JSON.parse(document);
  assert.deepEqual(problems.filter((p) => p.severity === 'error'), []);
  assert.deepEqual([d.nodes.more.say, d.nodes.more.next, d.nodes.ask.branches.affirm.to ?? d.nodes.ask.branches.affirm, d.nodes.start.say], [says.more, 'goodbye', 'more', says.start]);
});

step('a test case is written, and the tests run', async () => {
  await page.getByRole('navigation', { name: '面板' }).getByRole('button', { name: '测试' }).click();
  await button(page, '添加用例').click();
  await field('tests.1.says').locator('textarea').fill('可以\n好的');
  await lead(field('tests.1.expect.end'), 'goodbye');
  await page.keyboard.press('Control+s');
  await page.locator('[role=status].saved').filter({ hasText: '已保存' }).waitFor();
  await page.goto(`/scripts/${script}?tab=tests`);
  await settled(page);
  await page.locator('[data-run]').click();
  await page.getByText('1 个全部通过').waitFor();
  await page.getByText('500 次模拟对话').waitFor();
  await page.locator('.picture svg').waitFor();
  await shoot(page, 'script-tested', { full: true });
});

step('the draft is talked to by text, turn by turn, and a turn is taken back', async () => {
  await page.goto(`/scripts/${script}?tab=talk`);
  await settled(page);
  const log = page.getByRole('log');
  await log.getByText(says.start).waitFor();
  const say = async (text) => {
    await page.getByPlaceholder('以被叫的身份说一句话').fill(text);
    await page.keyboard.press('Enter');
  };
  await say('不用了谢谢');
  await log.locator('.callee').first().waitFor();
  await button(page, '撤回一句').click();
  await until('the sentence is gone', () => log.locator('.callee').count(), (n) => n === 0);
  await say('可以啊');
  await log.getByText(says.ask).waitFor();
  await say('好的');
  await log.getByText(says.goodbye).waitFor();
  await log.getByText('标签：有兴趣').waitFor();
  await page.getByText('对话已结束。').waitFor();
  assert.equal((await page.locator('.facts .grade').first().innerText()).trim(), 'A');
  await shoot(page, 'script-talked', { full: true });
});

step('the draft is talked to by voice, and hung up on', async () => {
  await page.getByText('语音', { exact: true }).click();
  await button(page, '开始通话').click();
  await page.getByRole('status').filter({ hasText: '通话中' }).waitFor();
  await shoot(page, 'script-voice', { full: true });
  await button(page, '挂断').click();
  await page.getByRole('status').filter({ hasText: '已结束' }).waitFor();
});

step('it is exported as a file that can be read again', async () => {
  await button(page, '流量套餐邀约 的更多操作').click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: '导出 YAML' }).click()]);
  const path = join(folder, 'script.yaml');
  await file.saveAs(path);
  assert.match(readFileSync(path, 'utf8'), /more:/);
  const answer = await page.request.post('/api/v1/scripts/import', { multipart: { file: { name: '邀约副本.yaml', mimeType: 'application/yaml', buffer: readFileSync(path) } } });
  assert.equal(answer.status(), 201, await answer.text());
  assert.equal((await answer.json()).problems, 0);
});

step('the workbook to fill in is downloaded, and imported as it is', async () => {
  await page.goto('/scripts');
  await settled(page);
  await button(page, '导入').click();
  const [file] = await Promise.all([page.waitForEvent('download'), dialog(page).getByRole('link', { name: '下载 Excel 模板' }).click()]);
  const path = join(folder, 'template.xlsx');
  await file.saveAs(path);
  await dialog(page).locator('input[type=file]').setInputFiles(path);
  await page.waitForURL(/\/scripts\/\d+$/);
  await page.locator('main h1').filter({ hasText: '话术模板' }).waitFor();
});

step('it is submitted, and the platform approves it', async () => {
  await page.goto(`/scripts/${script}`);
  await settled(page);
  await button(page, '提交审核').click();
  await fill(dialog(page), 'note', '第一版，请审核');
  await button(dialog(page), '提交审核').click();
  await closed(page);
  await inState(page, '审核中');

  operator = await open(chromium, platform.url);
  await signIn(operator, 'admin', platform.accounts.admin);
  const password = 'a long password for reviews';
  await ask(operator, 'POST', '/me/password', { current: platform.accounts.admin, new: password });
  await operator.goto('/reviews');
  await settled(operator);
  await operator.getByRole('link', { name: '流量套餐邀约' }).click();
  await operator.waitForURL(/\/reviews\/\d+$/);
  await operator.getByText('第一版，请审核').waitFor();
  await operator.getByText(says.more).first().waitFor();
  await operator.getByRole('tab', { name: '测试报告' }).click();
  await operator.getByText('1 个全部通过').waitFor();
  await operator.getByRole('tab', { name: '试聊' }).click();
  await operator.getByRole('log').getByText(says.start).waitFor();
  await button(operator, '不通过').click();
  await button(dialog(operator), '不通过').click();
  await reason(dialog(operator), 'remark').waitFor(); // a refusal says why
  await button(dialog(operator), '取消').click();
  await closed(operator);
  await button(operator, '通过').click();
  await fill(dialog(operator), 'remark', '可以上线');
  await button(dialog(operator), '通过').click();
  await operator.waitForURL(/\/reviews$/);
});

step('it is deployed, and a campaign calls with it', async () => {
  await page.goto(`/scripts/${script}`);
  await settled(page);
  await inState(page, '已上线');
  await page.getByText('可以上线').waitFor();
  await page.locator('main [data-action=deploy]').click();
  await button(dialog(page), '部署').click();
  await closed(page);
  await page.locator('main .state').filter({ hasText: '已部署第 1 版' }).waitFor();

  await page.goto('/campaigns/new');
  await settled(page);
  const form = page.locator('main');
  await fill(form, 'name', '套餐邀约');
  await choose(page, form, 'script_id', '流量套餐邀约');
  await choose(page, form, 'trunk_id', 'Carrier simulator');
  await tick(form, 'window.weekdays', ['周一', '周二', '周三', '周四', '周五', '周六', '周日']);
  await choose(page, form, 'window.zone', zone);
  await button(form, '新建任务').click();
  await page.waitForURL(/\/campaigns\/\d+\?tab=imports/);
  await button(page, '添加一个号码').click();
  await fill(dialog(page), 'number', interested);
  await fill(dialog(page), 'name', '赵敏');
  await button(dialog(page), '添加').click();
  await closed(page); // a page that is left takes what it was just sending with it
  await page.goto(page.url().replace(/\?.*/, ''));
  await settled(page);
  await button(page, '启动').click();
  await inState(page, '已完成');
});

step('the call was spoken from this script, and the script says who uses it', async () => {
  await page.getByRole('tab', { name: '已完成' }).click();
  await page.getByRole('link', { name: '赵敏' }).click();
  await page.waitForURL(/\/calls\/[^/]+$/);
  await settled(page);
  const talk = page.locator('.pane');
  await talk.getByText(says.start).first().waitFor();
  await talk.getByText(says.more).first().waitFor();
  await talk.getByText('节点 more').first().waitFor();
  await shoot(page, 'script-called', { full: true });
  await page.goto(`/scripts/${script}?tab=campaigns`);
  await page.getByRole('link', { name: '套餐邀约' }).waitFor();
});

step('another version is compared with the first, and real calls are replayed through it', async () => {
  const draft = await ask(page, 'GET', `/scripts/${script}/draft`);
  const d = JSON.parse(draft.document);
  d.nodes.ask.say = '我请顾问明天给您回个电话，详细说明，可以吗？';
  Object.assign(d.nodes.ask.branches, { affirm: 'goodbye', default: 'goodbye' });
  delete d.nodes.more;
  delete d.layout?.more;
  await ask(page, 'PUT', `/scripts/${script}/draft`, { revision: draft.revision, document: JSON.stringify(d) });
  await page.goto(`/scripts/${script}?tab=diff`);
  await settled(page);
  await page.locator('mark.new').filter({ hasText: '明' }).first().waitFor();
  await page.locator('.entry').filter({ hasText: 'more' }).waitFor();
  await shoot(page, 'script-diff', { full: true });
  await page.goto(`/scripts/${script}?tab=replay`);
  await settled(page);
  await page.locator('[data-run]').click();
  await page.getByText('回放的通话').waitFor();
  await page.locator('main tbody tr').first().waitFor();
  await page.locator('main tbody tr').first().getByRole('button').first().click();
  await shoot(page, 'script-replayed', { full: true });
});

step('the version that follows is seen beside the deployed one, and its review tells what changes in real calls', async () => {
  await page.goto(`/scripts/${script}`);
  await settled(page);
  const draft = await ask(page, 'GET', `/scripts/${script}/draft`);
  const d = JSON.parse(draft.document);
  delete d.tests;
  await ask(page, 'PUT', `/scripts/${script}/draft`, { revision: draft.revision, document: JSON.stringify(d) });
  await page.goto(`/scripts/${script}`);
  await settled(page);
  await button(page, '提交审核').click();
  await dialog(page).getByText('话术没有测试用例', { exact: false }).waitFor(); // a warning, and no refusal
  await button(dialog(page), '提交审核').click();
  await closed(page);
  await inState(page, '审核中');
  await page.goto('/scripts?state=in_review&deployment=earlier');
  await settled(page);
  const row = page.locator('main tbody tr').filter({ hasText: '流量套餐邀约' });
  await row.getByText('审核中').waitFor();
  await row.getByText('已部署旧的第 1 版').waitFor();
  await row.getByRole('button', { name: '流量套餐邀约 的更多操作' }).click();
  await page.getByRole('menuitem', { name: '撤回' }).waitFor();
  await page.keyboard.press('Escape');

  await operator.goto('/reviews');
  await settled(operator);
  await operator.getByRole('link', { name: '流量套餐邀约' }).click();
  await operator.waitForURL(/\/reviews\/\d+$/);
  await operator.getByText('话术没有测试用例', { exact: false }).waitFor();
  await operator.getByRole('tab', { name: '真实通话的变化' }).click();
  await operator.getByText('最近的 1 通真实通话', { exact: false }).waitFor();
  await operator.locator('main tbody tr').first().waitFor();
  await shoot(operator, 'review-replayed', { full: true });
});

step('nothing went wrong on the way', () => assert.deepEqual([page, operator].flatMap((p) => p.faults), []));
