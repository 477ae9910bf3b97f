// What the pages have to show: a company with people, lists, exports and messages, others beside it, and one that has
// nothing yet.
import { ask, daytimeZone, until } from './steps.mjs';
import { workbook } from './workbook.mjs';
import { open, signIn } from './world.mjs';

const password = 'a long password for tests';

/** furnish fills the demo, signs more people in, and tells the ids of what it made. */
export async function furnish({ chromium, platform, signedIn }) {
  const admin = signedIn.demo;
  const things = { campaign: (await ask(admin, 'GET', '/campaigns')).items[0].id };
  await operator({ chromium, platform, signedIn, things });
  await company(admin, things);
  await scripts(admin, signedIn.admin, things);
  const asked = await unanswered(admin, signedIn.admin, things);
  await signIn(signedIn.beginner, 'lin.na', things.firstPassword);
  await signedIn.nobody.goto('/sign-in');

  const ended = (query) => ask(admin, 'GET', `/campaigns/${things.campaign}/calls?state=ended&${query}`).then((x) => x.items);
  const answered = await until('a call that was answered and recorded', async () => (await ended('disposition=answered&grade=A')).find((c) => c.turn_count > 5 && c.audio), Boolean, 120_000);
  const noAnswer = await until('a call that was not answered', async () => (await ended('disposition=no_answer&disposition=busy'))[0], Boolean, 120_000);
  await ask(admin, 'POST', `/campaigns/${things.campaign}/exports`, { kind: 'calls_xlsx', filter: {} });
  await ask(admin, 'POST', `/campaigns/${things.campaign}/exports`, { kind: 'recordings_links', ids: [answered.id] });
  await until('the exports', async () => (await ask(admin, 'GET', '/exports')).items.every((e) => e.state === 'finished'));
  await asked();
  return { ...things, answered: answered.id, unanswered: noAnswer.id };
}

/** changed signs in for the first time and sets the password. */
async function changed({ chromium, platform }, account, first) {
  const page = await open(chromium, platform.url);
  await signIn(page, account, first);
  await ask(page, 'POST', '/me/password', { current: first, new: `${password} ${account}` });
  await page.goto('/');
  return page;
}

async function operator({ chromium, platform, signedIn, things }) {
  const admin = (signedIn.admin = await changed({ chromium, platform }, 'admin', platform.accounts.admin));
  const found = (body) => ask(admin, 'POST', '/companies', { zone: 'Asia/Shanghai', contact_name: '', contact_phone: '', ...body });
  const reseller = await found({ kind: 'reseller', name: '华东渠道', code: 'huadong', contact_name: '吴磊', contact_phone: '13900001111', admin_account: 'huadong' });
  const merchant = await found({ kind: 'merchant', name: '晨曦教育', code: 'chenxi', admin_account: 'chenxi', parent_id: reseller.company.id });
  const banned = await found({ kind: 'merchant', name: '远山金融', code: 'yuanshan', admin_account: 'yuanshan' });
  await ask(admin, 'POST', `/companies/${banned.company.id}/ban`, { reason: '投诉过多，资料待核实' });
  signedIn.newcomer = await changed({ chromium, platform }, 'chenxi', merchant.password);
  Object.assign(things, { reseller: reseller.company.id, company: merchant.company.id, banned: banned.company.id });
  for (const [level, title, body] of [
    ['release', '新版本：通话详情可以逐句播放', '点击对话中的任意一句，从这一句开始播放。'],
    ['warning', '周日凌晨线路维护', '周日 01:00 至 03:00 线路维护。\n期间任务会暂停呼叫，结束后自动继续。'],
    ['info', '国庆期间外呼时间提醒', '请按当地规定安排外呼时间段。'],
  ]) await ask(admin, 'POST', '/announcements', { level, title, body });
  await ask(signedIn.newcomer, 'POST', '/notifications/read', { all: true });
}

async function company(admin, things) {
  const units = (await ask(admin, 'GET', '/units')).items;
  const roles = (await ask(admin, 'GET', '/roles')).items;
  const role = (template) => roles.find((r) => r.template === template).id;
  const unit = async (name, parent_id = units[0].id) => (await ask(admin, 'POST', '/units', { parent_id, name })).id;
  const sales = await unit('销售部');
  const [east, south] = [await unit('华东组', sales), await unit('华南组', sales)];
  const service = await unit('客服部');
  const people = [
    ['lin.na', '林娜', 'supervisor', sales, '13911112222'], ['zhou.jie', '周杰', 'member', east, '13922223333'], ['wu.fan', '吴凡', 'member', south, '13933334444'],
    ['xu.li', '徐丽', 'auditor', service, ''], ['gao.yuan', '高远', 'member', service, '13955556666'],
  ];
  const agents = { 'zhou.jie': '6101', 'wu.fan': '6102', 'gao.yuan': '6103' };
  const members = [];
  for (const [account, name, template, unit_id, phone] of people) {
    const made = await ask(admin, 'POST', '/members', { account, name, phone, ...(agents[account] ? { agent_number: agents[account] } : {}), unit_id, role_id: role(template), mask_numbers: template === 'member', concurrent_sign_in: false });
    things.firstPassword ??= made.password;
    if (agents[account]) members.push(made.member.id);
    // Who is disabled later stays in the group, not to be called.
    if (account === 'gao.yuan') things.desk = (await ask(admin, 'POST', '/agent-groups', { name: '客服一组', remark: '工作日白班', member_ids: members })).id;
    if (account === 'gao.yuan') await ask(admin, 'PATCH', `/members/${made.member.id}`, { disabled: true });
  }
  things.builtIn = role('administrator');
  things.role = (await ask(admin, 'POST', '/roles', { name: '质检', description: '抽听录音，不能改动任务', data_scope: 'unit_and_below', permissions: ['home.view', 'campaigns.view', 'calls.view', 'calls.listen'] })).id;

  await ask(admin, 'POST', '/wechat-robots', { name: '销售一组群', key: '693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa' });
  await ask(admin, 'POST', '/wechat-robots', { name: '客服主管群', key: '0b1f9c3e-2d4a-4f6b-8c7d-5e9f0a1b2c3d', mask_numbers: false });
  const group = (await ask(admin, 'POST', '/dnc/groups', { name: '已退订客户', remark: '短信或电话要求不再联系' })).id;
  for (const n of [1, 2, 3]) await ask(admin, 'POST', `/dnc/groups/${group}/numbers`, { number: `1370000000${n}`, remark: '客户来电要求' });
  await upload(admin, `/dnc/groups/${group}/imports`, [['号码', '备注'], ['13700000004', '投诉'], ['12', '投诉']]);
  const soon = new Date(Date.now() + 5 * 86_400_000).toISOString();
  Object.assign(things, { group, emptyGroup: (await ask(admin, 'POST', '/dnc/groups', { name: '活动期间暂不联系', remark: '', expires_at: soon })).id });

  const { script_id, trunk_id } = await ask(admin, 'GET', `/campaigns/${things.campaign}`);
  const campaign = (name, more) => ask(admin, 'POST', '/campaigns', { name, description: '', script_id, trunk_id, robots: 10, start_mode: 'manual', window: { zone: daytimeZone() }, ...more });
  things.planned = (await campaign('双十二老客户回访', { description: '只联系半年内下过单的客户。', redial: { max_attempts: 3, interval_seconds: 1800, on: ['no_answer', 'busy'] }, dnc: { enabled: true, group_ids: [group] }, agent_group_id: things.desk })).id;
  await upload(admin, `/campaigns/${things.planned}/imports`, [['联系方式', '联系人', '城市'], ['13600000001', '何静', '苏州'], ['13600000002', '郑凯', '无锡'], ['123', '缺号', '常州']]);
  const paused = (await campaign('会员续费提醒')).id;
  await ask(admin, 'POST', `/campaigns/${paused}/contacts`, { number: '13600009022', name: '冯雪' });
  await ask(admin, 'POST', `/campaigns/${paused}/start`);
  await ask(admin, 'POST', `/campaigns/${paused}/pause`);
  const over = (await campaign('十月新客问候')).id;
  await ask(admin, 'POST', `/campaigns/${over}/contacts`, { number: '13604909020', name: '沈强' });
  await ask(admin, 'POST', `/campaigns/${over}/start`);
}

/** scripts leaves one in every state: the demo's is deployed, one is a draft, one waits for review, one was refused and mended. */
async function scripts(admin, operator, things) {
  const { items } = await ask(admin, 'GET', '/script-market');
  const adopt = async (key) => (await ask(admin, 'POST', `/script-market/${items.find((o) => o.key.includes(key)).key}/adopt`, {})).id;
  things.script = (await ask(admin, 'GET', '/scripts?deployment=any')).items[0].id;
  things.draft = await adopt('education');
  const submit = (id, note) => ask(admin, 'POST', `/scripts/${id}/submit`, { note });
  things.review = (await submit(await adopt('satisfaction'), '双十一之后的回访，只问三个问题')).id;
  things.refused = await adopt('loan');
  const { id } = await submit(things.refused, '第一版');
  await ask(operator, 'POST', `/script-versions/${id}/refuse`, { remark: '开场没有说明公司的全称；请补上，并写明是回访。' });
  const draft = await ask(admin, 'GET', `/scripts/${things.refused}/draft`);
  const d = JSON.parse(draft.document);
  const [first, second] = Object.keys(d.nodes);
  d.nodes[first].say = d.nodes[first].say.replace('您好', '您好，安信普惠科技有限公司回访');
  d.nodes[second].label = '已确认身份';
  d.nodes['thanks'] = { say: '感谢您抽出时间，再见。', hangup: true };
  d.anywhere = { ...d.anywhere, goodbye: 'thanks' };
  await ask(admin, 'PUT', `/scripts/${things.refused}/draft`, { revision: draft.revision, document: JSON.stringify(d) });
}

/** unanswered calls people who ask and ask (row 02 of the carrier simulator) with a copy of the demo's script that answers no question and
 * whose corrections put nonsense in their place; what it gives waits until enough kinds of sentences are there that nothing matched. */
async function unanswered(admin, operator, things) {
  const { id } = await ask(admin, 'POST', `/scripts/${things.script}/copy`, { name: '新套餐试呼' });
  const draft = await ask(admin, 'GET', `/scripts/${id}/draft`);
  const d = { ...JSON.parse(draft.document), questions: { address: { variants: ['具体地址'], answer: '好的，我请同事把地址发给您。' } }, intents: { discount: { keywords: ['打折'] } } };
  d.corrections = { 多少钱: '窗户', 怎么收费: '窗户', 机器人: '窗户', 知道我的号码: '窗户', 有什么事: '有窗户', 哪里打来: '窗户' };
  d.settings.unmatched.max = 9;
  await ask(admin, 'PUT', `/scripts/${id}/draft`, { revision: draft.revision, document: JSON.stringify(d) });
  const version = (await ask(admin, 'POST', `/scripts/${id}/submit`, { note: '' })).id;
  await ask(operator, 'POST', `/script-versions/${version}/approve`, {});
  await ask(admin, 'POST', `/script-versions/${version}/deploy`);
  const { trunk_id } = await ask(admin, 'GET', `/campaigns/${things.campaign}`);
  const campaign = (await ask(admin, 'POST', '/campaigns', { name: '新套餐试呼', script_id: id, trunk_id, robots: 10, start_mode: 'manual', window: { zone: daytimeZone() } })).id;
  for (let n = 10; n < 30; n++) await ask(admin, 'POST', `/campaigns/${campaign}/contacts`, { number: `138${n}909002`, name: `试呼客户${n}` });
  await ask(admin, 'POST', `/campaigns/${campaign}/start`);
  things.asked = id;
  return async () => {
    const groups = await until('sentences that nothing matched', async () => (await ask(admin, 'GET', `/scripts/${id}/unmatched`)).items ?? [], (g) => g.length >= 5 && g[0].sentences.filter((s) => s.audio).length > 1, 180_000);
    const [ignored, added] = groups.slice(-2);
    await ask(admin, 'POST', `/scripts/${id}/unmatched/ignore`, { group: ignored.group });
    await ask(admin, 'POST', `/scripts/${id}/unmatched/add`, { group: added.group, question: 'address' });
  };
}

/** upload imports rows and waits until they are in. */
async function upload(page, path, rows) {
  const answer = await page.request.post(`/api/v1${path}`, { multipart: { file: { name: '名单.xlsx', mimeType: 'application/octet-stream', buffer: workbook(rows) } } });
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
  const { id } = await answer.json();
  await until('the import', async () => (await ask(page, 'GET', `/imports/${id}`)).state, (s) => s === 'finished' || s === 'failed');
}
