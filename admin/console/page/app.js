'use strict';
// The console: one page over the API. Text from outside only ever becomes a text node.

let language = localStorage.getItem('language') || (navigator.language.startsWith('zh') ? 'zh' : 'en');
const t = (s) => (language === 'zh' && words[s]) || (s || '').replaceAll('_', ' ');

// h makes an element: h('td', { class: 'num' }, texts and nodes …).
function h(tag, attrs = {}, ...children) {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(attrs)) {
    if (k.startsWith('on')) e.addEventListener(k.slice(2), v);
    else if (v !== undefined && v !== false && v !== null) e.setAttribute(k, v === true ? '' : v);
  }
  e.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false).map((c) => (c instanceof Node ? c : String(c))));
  return e;
}

const byId = (id) => document.getElementById(id);
const time = (s) => (s ? new Date(s).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB', { hour12: false }) : '');
const duration = (ms) => {
  const s = Math.round(ms / 1000);
  return Math.floor(s / 60) + ':' + String(s % 60).padStart(2, '0');
};
const share = (n, of) => (of ? ` (${((100 * n) / of).toFixed(1)}%)` : '');
const grade = (g) => (g ? h('span', { class: 'grade ' + g }, g) : '');
const state = (s) => h('span', { class: 'state ' + s }, t(s));
const num = (n) => h('td', { class: 'num' }, n);
const td = (...x) => h('td', {}, ...x);
const empty = (text) => h('p', { class: 'empty' }, t(text));
const fact = (name, ...value) => h('div', {}, h('span', { class: 'soft' }, t(name)), h('b', {}, ...value));
const progress = (p) => h('span', {}, h('progress', { max: p.total || 1, value: p.finished }), ' ', p.finished, ' / ', p.total);
const numbers = ['Total', 'Accepted', 'Rejected', 'Calling', 'Robots', 'Turns', 'Duration'];
const table = (heads, rows) => h('div', { class: 'scroll' }, h('table', {},
  h('thead', {}, h('tr', {}, heads.map((x) => h('th', { class: numbers.includes(x) && 'num' }, t(x))))),
  h('tbody', {}, rows.map((cells) => h('tr', {}, cells)))));

let noticeTimer;
function notice(text) {
  const n = byId('notice');
  n.textContent = text;
  n.hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => { n.hidden = true; }, 5000);
}

async function api(method, path, body) {
  const form = body instanceof FormData;
  const answer = await fetch('/api/v1' + path, {
    method,
    body: form ? body : body && JSON.stringify(body),
    headers: body && !form ? { 'Content-Type': 'application/json' } : {},
  });
  if (answer.status === 401 && path !== '/sign-in') {
    const was = me;
    me = null;
    quiet();
    if (was) show();
    throw new Error('401');
  }
  const data = answer.headers.get('Content-Type')?.includes('json') ? await answer.json() : null;
  if (answer.ok) return data;
  const fields = (data?.errors || []).map((e) => e.location.replace('body.', '') + ': ' + e.message);
  throw new Error(data ? [data.detail, ...fields].join(' — ') : answer.statusText);
}

// act runs what a button or a form asks for, and says why it failed.
const act = (work) => async (event) => {
  event.preventDefault();
  const button = event.submitter || event.currentTarget;
  button.disabled = true;
  try {
    await work(event);
  } catch (e) {
    if (e.message !== '401') notice(e.message);
  } finally {
    button.disabled = false;
  }
};

// Live events: each page says what it wants to hear. After a lost connection the page is read again.
let me = null, source = null, hear = () => {}, refresh = async () => {}, refreshTimer = null, shown = 0;

function listen() {
  if (source) return;
  source = new EventSource('/api/v1/events');
  let lost = false;
  source.addEventListener('ready', () => {
    byId('dot')?.classList.add('on');
    if (lost) soon();
    lost = false;
  });
  source.onerror = () => {
    byId('dot')?.classList.remove('on');
    if (!lost) notice(t('Connection lost; trying again'));
    lost = true;
  };
  for (const kind of ['call.changed', 'turn.added', 'campaign.changed', 'import.changed']) {
    source.addEventListener(kind, (e) => hear(kind, JSON.parse(e.data)));
  }
}

function quiet() {
  source?.close();
  source = null;
}

function soon() {
  refreshTimer ??= setTimeout(() => {
    refreshTimer = null;
    refresh().catch((e) => { if (e.message !== '401') notice(e.message); });
  }, 500);
}

function topBar() {
  const toggle = h('button', { onclick: () => {
    language = language === 'zh' ? 'en' : 'zh';
    localStorage.setItem('language', language);
    show();
  } }, language === 'zh' ? 'English' : '中文');
  const gap = h('span', { class: 'gap' });
  if (!me) return byId('top').replaceChildren(gap, toggle);
  byId('top').replaceChildren(
    h('b', {}, h('a', { href: '#/' }, 'Outdial')), h('span', {}, me.tenant.name), gap,
    h('span', {}, h('i', { id: 'dot', class: 'live' + (source?.readyState === 1 ? ' on' : '') }), ' ', t('Live')),
    h('span', {}, me.name || me.account),
    h('button', { onclick: act(async () => { await api('POST', '/sign-out'); me = null; quiet(); show(); }) }, t('Sign out')), toggle);
}

function signIn() {
  const error = h('p', { class: 'error', role: 'alert' });
  const submit = async (e) => {
    e.preventDefault();
    error.textContent = '';
    const f = new FormData(e.target);
    try {
      me = await api('POST', '/sign-in', { account: f.get('account'), password: f.get('password') });
      show();
    } catch (x) {
      error.textContent = x.message;
    }
  };
  byId('main').replaceChildren(h('form', { class: 'sign', onsubmit: submit }, h('h1', {}, 'Outdial'),
    h('label', {}, t('Account'), h('input', { name: 'account', required: true, autocomplete: 'username', autofocus: true })),
    h('label', {}, t('Password'), h('input', { name: 'password', type: 'password', required: true, autocomplete: 'current-password' })),
    error, h('button', { class: 'main' }, t('Sign in'))));
}

const actionsOf = {
  not_started: ['start', 'terminate'], scheduling: ['pause', 'terminate'], running: ['pause', 'terminate'],
  paused: ['resume', 'terminate'], finished: [],
};
const actions = (c) => h('span', { class: 'row' }, actionsOf[c.state].map((a) => h('button', {
  class: a === 'terminate' ? 'bad' : 'main',
  onclick: act(async () => {
    if (a === 'terminate' && !confirm(c.name + '\n' + t('End this campaign for good, with the calls under way?'))) return;
    await api('POST', `/campaigns/${c.id}/${a}`);
    await refresh();
  }),
}, t(a))));

// readPages reads as many pages of a list as are shown.
async function readPages(path, pages) {
  let items = [], next = '';
  for (let i = 0; i < pages && (i === 0 || next); i++) {
    const got = await api('GET', path + (next && '&cursor=' + next));
    items = items.concat(got.items);
    next = got.next || '';
  }
  return { items, next };
}
const more = (next, press) => (next ? h('button', { onclick: act(press) }, t('More')) : '');

// Each page builds its frame and returns how it is read again and what it hears.
async function campaigns(page) {
  const [scripts, trunks] = await Promise.all([api('GET', '/scripts'), api('GET', '/trunks')]);
  const choose = (name, items, key) => h('select', { name, required: true, 'aria-label': t(name) },
    items.map((i) => h('option', { value: i[key] }, i.name)));
  const create = async (e) => {
    const f = new FormData(e.target);
    const c = await api('POST', '/campaigns', {
      name: f.get('name'), script_version_id: +f.get('script'), trunk_id: +f.get('trunk'), robots: +f.get('robots'),
    });
    location.hash = '#/campaigns/' + c.id;
  };
  const list = h('div');
  page.append(h('h1', {}, t('Campaigns')), h('form', { class: 'row below', onsubmit: act(create) },
    h('input', { name: 'name', placeholder: t('Name'), required: true, maxlength: 60 }),
    choose('script', scripts.items, 'version_id'), choose('trunk', trunks.items, 'id'),
    h('input', { name: 'robots', type: 'number', min: 1, max: 10000, value: 10, 'aria-label': t('Robots') }),
    h('button', { class: 'main' }, t('New campaign'))), list);
  let pages = 1;
  const read = async () => {
    const { items, next } = await readPages('/campaigns?limit=50', pages);
    list.replaceChildren(items.length ? table(['Name', 'State', 'Progress', 'Calling', 'Robots', 'Created', ''], items.map((c) => [
      td(h('a', { href: '#/campaigns/' + c.id }, c.name)), td(state(c.state)), td(progress(c.progress)), num(c.progress.calling),
      num(c.robots), td(time(c.created_at)), td(actions(c)),
    ])) : empty('No campaigns yet. Create the first one above.'), more(next, () => { pages++; return read(); }));
  };
  return { read, hear: soon };
}

async function campaign(page, id) {
  const head = h('div'), live = h('div'), imports = h('div'), calls = h('div'), said = new Map();
  const file = h('input', { type: 'file', accept: '.xlsx,.csv,.txt', required: true, 'aria-label': t('File') });
  const number = h('input', { placeholder: t('Number'), required: true });
  const name = h('input', { placeholder: t('Contact') });
  const upload = async () => {
    const f = new FormData();
    f.append('file', file.files[0]);
    await api('POST', `/campaigns/${id}/imports`, f);
    file.value = '';
    await read();
  };
  const add = async () => {
    await api('POST', `/campaigns/${id}/contacts`, { number: number.value, name: name.value });
    number.value = name.value = '';
    notice(t('Saved'));
    await read();
  };
  let pages = 1;
  const grades = h('select', { 'aria-label': t('Grade'), onchange: () => { pages = 1; soon(); } },
    h('option', { value: '' }, t('All')), [...'ABCDEF'].map((g) => h('option', {}, g)));
  page.append(head, h('h2', {}, t('Calls in progress')), live, h('h2', {}, t('Import list')), h('div', { class: 'row below' },
    h('form', { class: 'row', onsubmit: act(upload) }, file, h('button', {}, t('Upload'))),
    h('form', { class: 'row', onsubmit: act(add) }, number, name, h('button', {}, t('Add number')))),
  imports, h('h2', { class: 'row' }, t('Calls'), grades), calls);

  const showHead = (c) => {
    const s = c.summary;
    const idle = c.idle && c.state !== 'finished' && h('p', { class: 'soft' }, t(c.idle.code),
      c.idle.code === 'platform' && ': ' + c.idle.detail, c.idle.until && ` — ${t('until')} ${time(c.idle.until)}`);
    head.replaceChildren(h('h1', {}, c.name, state(c.state), actions(c)), idle || '', h('div', { class: 'facts' },
      fact('Progress', progress(c.progress)), fact('Calling', c.progress.calling), fact('Called', s.placed),
      fact('Answered', s.answered, share(s.answered, s.placed)), fact('Talk time', duration(s.talk_ms)),
      fact('Grades', ...[...'ABCDEF'].filter((g) => s.by_grade[g]).flatMap((g) => [grade(g), ` ${s.by_grade[g]}  `])),
      fact('Script', c.script_name), fact('Trunk', c.trunk_name)));
  };
  const showLive = (items) => live.replaceChildren(items.length ? table(['Contact', 'Number', 'State', 'Last sentence'], items.map((x) => [
    td(x.name), td(h('a', { href: '#/calls/' + x.id }, x.number)), td(state(x.state)),
    h('td', { class: 'text', id: 'said-' + x.id }, said.get(x.id) || ''),
  ])) : empty('Nobody is being called now.'));
  const showImports = (items) => imports.replaceChildren(items.length ? table(['File', 'State', 'Total', 'Accepted', 'Rejected', 'Created', ''], items.map((i) => [
    h('td', { title: i.file_name }, i.file_name), h('td', { class: 'wrap' }, state(i.state), i.reason && ' ' + i.reason), num(i.total), num(i.accepted),
    num(i.rejected), td(time(i.created_at)), td(i.rejections && h('a', { href: i.rejections, download: '' }, t('Rejected rows'))),
  ])) : '');
  const showCalls = ({ items, next }) => calls.replaceChildren(items.length ? table(['Contact', 'Number', 'Result', 'Grade', 'Turns', 'Duration', 'Dialled'], items.map((x) => [
    td(x.name), td(h('a', { href: '#/calls/' + x.id }, x.number)), td(t(x.disposition)), td(grade(x.grade)), num(x.turn_count),
    num(duration(x.talk_ms)), td(time(x.dialled_at)),
  ])) : empty('No calls yet.'), more(next, () => { pages++; return read(); }));

  const read = async () => {
    const [c, now, lists, ended] = await Promise.all([
      api('GET', '/campaigns/' + id), api('GET', `/campaigns/${id}/calls?state=live`), api('GET', `/campaigns/${id}/imports`),
      readPages(`/campaigns/${id}/calls?state=ended&limit=50` + (grades.value && '&grade=' + grades.value), pages),
    ]);
    showHead(c);
    showLive(now.items);
    showImports(lists.items);
    showCalls(ended);
  };
  const hear = (kind, e) => {
    if (e.campaign_id !== +id) return;
    if (kind !== 'turn.added') return soon();
    said.set(e.call_id, (e.speaker === 'robot' ? '🤖 ' : '') + e.text);
    const cell = byId('said-' + e.call_id);
    if (cell) cell.textContent = said.get(e.call_id);
  };
  return { read, hear };
}

async function call(page, id) {
  const head = h('div'), player = h('audio', { controls: true, preload: 'metadata', hidden: true }), none = empty('No recording.'), talk = h('div', { class: 'talk' });
  page.append(head, h('h2', {}, t('Whole call')), player, none, talk);
  let turns = [], boxes = [], stopAt = Infinity, address = '';
  player.addEventListener('timeupdate', () => {
    const ms = player.currentTime * 1000;
    if (ms >= stopAt) player.pause();
    turns.forEach((x, i) => boxes[i].classList.toggle('now', !player.paused && x.from_ms <= ms && ms < x.to_ms));
  });
  player.addEventListener('pause', () => { stopAt = Infinity; });
  // A click plays the sentence out of the whole call, or its own file where the call has no recording.
  const play = (x) => {
    if (!address || x.from_ms === undefined) return x.audio && new Audio(x.audio).play();
    player.currentTime = x.from_ms / 1000;
    player.play().then(() => { stopAt = x.to_ms; }, (e) => notice(e.message));
  };
  const join = (...parts) => parts.filter(Boolean).join(' · ');
  const match = (m) => m && join(t(m.kind), m.intent, m.rule && `“${m.rule}”`, m.score && m.score.toFixed(2), m.runner_up && `(${m.runner_up})`);
  const note = (x) => join(t(x.speaker === 'robot' ? 'Robot' : 'Callee'), x.from_ms !== undefined && duration(x.from_ms), x.node, match(x.match),
    x.reply_latency_ms && `${t('reply')} ${x.reply_latency_ms} ms`, x.interrupted && t('interrupted'));
  const read = async () => {
    const c = await api('GET', '/calls/' + id);
    if (c.audio && c.state === 'ended' && !address) player.src = address = c.audio;
    player.hidden = !address;
    none.hidden = !!address;
    head.replaceChildren(
      h('h1', {}, h('a', { href: '#/campaigns/' + c.campaign_id }, '←'), c.name, ' ', c.number, state(c.state), grade(c.grade), h('span', { class: 'soft small' }, c.grade_rule)),
      h('div', { class: 'facts' }, fact('Result', t(c.disposition || c.state)), fact('Duration', duration(c.talk_ms)), fact('Dialled', time(c.dialled_at)),
        fact('End reason', t(c.end_reason || '–'), c.sip_code && ` SIP ${c.sip_code}`, c.q850 && ` Q.850 ${c.q850}`), fact('Fault', t(c.fault || '–')),
        fact('Hung up by', t(c.hung_up_by || '–')), fact('Trunk', c.trunk_name), fact('Script', c.script_name),
        ...Object.entries(c.vars).map(([k, v]) => fact(k, v))));
    turns = c.turns;
    boxes = turns.map((x) => h('button', { class: 'turn ' + x.speaker, onclick: () => play(x) }, h('small', {}, note(x)), x.text || '…'));
    talk.replaceChildren(...(boxes.length ? boxes : [empty('Nothing was said.')]));
  };
  // Nothing moves while somebody listens.
  return { read, hear: (_, e) => { if (e.call_id === id && player.paused) soon(); } };
}

async function show() {
  const mine = ++shown;
  document.documentElement.lang = language;
  hear = () => {};
  refresh = async () => {};
  if (!me) {
    try {
      me = await api('GET', '/me');
    } catch {
      topBar();
      return signIn();
    }
  }
  listen();
  topBar();
  const page = h('div'), [, kind, id] = location.hash.split('/');
  try {
    let made;
    if (kind === 'campaigns' && /^\d+$/.test(id)) made = await campaign(page, id);
    else if (kind === 'calls' && /^[0-9a-f-]{36}$/.test(id)) made = await call(page, id);
    else made = await campaigns(page);
    if (mine !== shown) return; // somebody went on to another page
    refresh = made.read;
    hear = made.hear;
    byId('main').replaceChildren(page);
    await refresh();
  } catch (e) {
    if (e.message !== '401' && mine === shown) byId('main').replaceChildren(empty(e.message));
  }
}

addEventListener('hashchange', show);
show();
