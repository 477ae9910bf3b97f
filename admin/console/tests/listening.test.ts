import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Listening, Permission } from '@/api/types';
import { i18n, setLanguage } from '@/app/i18n';
import { useSession } from '@/app/session';
import { answered, buttons, lasted, offered, since, told, words } from '@/composables/listening';
import { useListening } from '@/composables/useListening';

const one = (more: Partial<Listening> = {}): Listening =>
  ({ id: 'l', call_id: 'c', campaign_id: 1, user_id: 2, name: '林娜', extension: '1001', wish: 'listen', state: 'asked', asked_at: '2026-01-01T00:00:00Z', listened_ms: 0, ...more }) as Listening;
const news = (more: Partial<Parameters<typeof told>[1]> = {}) => ({ id: 'l', call_id: 'c', campaign_id: 1, state: 'ringing' as const, ...more });
const may = (...keys: Permission[]) => (p: Permission) => keys.includes(p);
const all = may('calls.listen_live', 'calls.take_over');
const say = (l: Listening) => i18n.global.t(`listening.${words(l)}`, { extension: l.extension });

describe('the words of a listening', () => {
  it.each<[string, Partial<Listening>]>([
    ['正在呼叫您的话机 1001', {}],
    ['您的话机 1001 正在振铃，请接听', { state: 'ringing' }],
    ['您的话机 1001 正在振铃，接听后即与被叫通话', { state: 'ringing', wish: 'take_over' }],
    ['正在监听', { state: 'listening' }],
    ['正在介入', { state: 'listening', wish: 'take_over' }],
    ['正在监听。这通电话正由坐席接听，或正在转给坐席；空出后即介入', { state: 'listening', wish: 'take_over', reason: 'taken' }],
    ['介入没有成功，继续监听', { state: 'listening', reason: 'failed' }],
    ['已介入，您正在与被叫通话', { state: 'talking', wish: 'take_over' }],
    ['正在结束', { state: 'ringing', wish: 'stop' }],
    ['监听已取消', { state: 'ended', reason: 'hung_up' }],
    ['监听已结束：您已挂断', { state: 'ended', reason: 'hung_up', heard_at: '2026-01-01T00:00:05Z' }],
    ['介入已结束：被叫已挂断', { state: 'ended', reason: 'call_ended', took_over_at: '2026-01-01T00:00:05Z' }],
    ['监听没有开始：没有话机以分机 1001 登录', { state: 'ended', reason: 'not_registered' }],
    ['监听已结束', { state: 'ended' }],
  ])('%s', (said, more) => expect(say(one(more))).toBe(said));

  it('name every reason of an end in both languages', () => {
    for (const language of ['zh', 'en'] as const) {
      setLanguage(language);
      const said = (['hung_up', 'call_ended', 'no_answer', 'busy', 'not_registered', 'not_talking', 'taken', 'failed', 'lost'] as const).map((reason) => say(one({ state: 'ended', reason, heard_at: 'x' })));
      expect(new Set(said).size).toBe(said.length);
      expect(said.join()).not.toContain('listening.');
    }
    setLanguage('zh');
  });
});

describe('what is shown of a listening', () => {
  it('follows the events of its own', () => {
    expect(told(one(), news())).toMatchObject({ state: 'ringing', extension: '1001' });
    expect(told(one({ reason: 'taken' }), news({ state: 'talking', reason: '' }))?.reason).toBeUndefined();
    expect(told(one(), news({ id: 'other' }))).toEqual(one());
    expect(told(null, news())).toBeNull();
    // An end may outrun the reading of the row, which alone has the moments.
    const ended = (state: 'listening' | 'talking') => told(told(one({ state: 'ringing' }), news({ state })), news({ state: 'ended', reason: 'hung_up' }))!;
    expect([words(one({ state: 'ended', reason: 'hung_up' })), words(ended('listening')), words(ended('talking'))]).toEqual(['never.hung_up', 'ended.hung_up', 'talked.hung_up']);
  });

  it('keeps its end, whatever comes late', () => {
    const over = one({ state: 'ended', reason: 'busy' });
    expect(told(over, news({ state: 'listening' }))).toBe(over);
    const ended = new Map([['l', 'busy' as const]]);
    expect(answered(over, one({ state: 'ringing' }), ended)).toBe(over);
    expect(answered(over, null, ended)).toBe(over);
  });

  it('takes the end from the event that came before the answer', () => {
    expect(answered(null, one(), new Map([['l', 'not_registered' as const]]))).toMatchObject({ state: 'ended', reason: 'not_registered', extension: '1001' });
  });

  it('ends once the server knows of none, with the reason that was told', () => {
    expect(answered(one({ state: 'listening' }), null, new Map([['l', 'call_ended' as const]]))).toMatchObject({ state: 'ended', reason: 'call_ended' });
    expect(answered(one({ state: 'listening' }), null, new Map())).toMatchObject({ state: 'ended', reason: undefined });
    expect(answered(null, null, new Map())).toBeNull();
  });

  it('is the open one, also after another has ended', () => {
    expect(answered(one({ state: 'ended' }), one({ id: 'm' }), new Map())).toMatchObject({ id: 'm', state: 'asked' });
  });
});

describe('the times of a listening', () => {
  const times = { heard_at: '2026-01-01T00:00:05Z', took_over_at: '2026-01-01T00:00:35Z' };
  it('count from the pick-up, and from the take-over', () => {
    expect(since(one({ state: 'ringing' }))).toBeUndefined();
    expect(since(one({ state: 'listening', ...times }))).toBe(times.heard_at);
    expect(since(one({ state: 'talking', ...times }))).toBe(times.took_over_at);
    expect(since(one({ state: 'ended', ...times }))).toBeUndefined();
  });
  it('tell hearing from talking', () => {
    expect(lasted(one())).toEqual({ heard: undefined, talked: undefined });
    expect(lasted(one({ ...times, listened_ms: 30_000, ended_at: '2026-01-01T00:01:35Z' }))).toEqual({ heard: 30_000, talked: 60_000 });
    expect(lasted(one({ took_over_at: times.took_over_at, state: 'talking' }))).toEqual({ heard: undefined, talked: undefined });
  });
});

describe('the buttons', () => {
  const call = (state: string) => ({ id: 'c', state });
  it('are there for whoever may, and on while the call is talked in', () => {
    expect(buttons(call('answered'), null, all)).toEqual({ listen: 'on', takeOver: 'on' });
    for (const state of ['originating', 'early', 'ended']) expect(buttons(call(state), null, all)).toEqual({ listen: 'off', takeOver: 'off' });
    expect(buttons(call('answered'), null, may('calls.listen_live'))).toEqual({ listen: 'on', takeOver: 'none' });
    expect(buttons(call('answered'), null, may())).toEqual({ listen: 'none', takeOver: 'none' });
  });
  it('offer what is not had yet of the call that is heard', () => {
    expect(buttons(call('answered'), one({ state: 'listening' }), all)).toEqual({ listen: 'off', takeOver: 'on' });
    expect(buttons(call('answered'), one({ state: 'talking', wish: 'take_over' }), all)).toEqual({ listen: 'off', takeOver: 'off' });
    expect(buttons(call('answered'), one({ state: 'ended' }), all)).toEqual({ listen: 'on', takeOver: 'on' });
    expect(buttons({ id: 'other', state: 'answered' }, one({ state: 'listening' }), all)).toEqual({ listen: 'on', takeOver: 'on' });
  });
  it('of the bar take over and end what is open', () => {
    expect(offered(one({ state: 'listening' }), all)).toEqual({ takeOver: true, stop: true });
    expect(offered(one({ state: 'listening' }), may('calls.listen_live'))).toEqual({ takeOver: false, stop: true });
    expect(offered(one({ state: 'listening', wish: 'take_over' }), all)).toEqual({ takeOver: false, stop: true });
    expect(offered(one({ state: 'ringing', wish: 'stop' }), all)).toEqual({ takeOver: false, stop: false });
    expect(offered(one({ state: 'ended' }), all)).toEqual({ takeOver: false, stop: false });
  });
});

describe('the member\'s own listening', () => {
  // server answers as the API does; `open` is what it knows, `row` what the call keeps.
  let open: Listening | null;
  let row: Listening | undefined;
  let sent: string[];
  function made() {
    const session = useSession();
    session.me = { id: 2, permissions: [], tenant: { zone: 'Asia/Shanghai' } } as never;
    return useListening();
  }
  const settled = () => vi.waitFor(() => expect(waiting).toBe(0));
  let waiting = 0;
  beforeEach(() => {
    setActivePinia(createPinia());
    [open, row, sent] = [null, undefined, []];
    vi.stubGlobal('fetch', async (r: Request) => {
      waiting++;
      try {
        const path = new URL(r.url).pathname.replace('/api/v1', '');
        sent.push(`${r.method} ${path}`);
        const json = (body: unknown, status = 200) => new Response(status === 204 ? null : JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
        if (path === '/listening' && r.method === 'GET') return json({ listening: open });
        if (path === '/listening') return open ? json(null, 204) : json({ status: 404, title: '', detail: '', code: 'not_found' }, 404);
        if (path === '/calls/c') return json({ id: 'c', name: '王芳', number: '138****9001', listenings: row ? [row] : [] });
        return json(one({ wish: path.endsWith('take-over') ? 'take_over' : 'listen' }), 201);
      } finally {
        waiting--;
      }
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('is read when somebody is signed in, and names the callee without having read the call', async () => {
    open = one({ state: 'listening', heard_at: 'x' });
    const store = made();
    await vi.waitFor(() => expect(store.callee).toMatchObject({ name: '王芳', number: '138****9001' }));
    expect(store.shown?.state).toBe('listening');
  });

  it('shows why it failed, also when that is heard before the answer', async () => {
    const store = made();
    await settled();
    store.heard(news({ state: 'ended', reason: 'not_registered' }));
    await store.listen('c');
    expect(store.shown).toMatchObject({ state: 'ended', reason: 'not_registered' });
  });

  it('asks the call why it ended when no event told', async () => {
    open = one({ state: 'listening' });
    const store = made();
    await vi.waitFor(() => expect(store.shown?.state).toBe('listening'));
    open = null;
    row = one({ state: 'ended', reason: 'lost' });
    await store.read();
    await vi.waitFor(() => expect(store.shown).toMatchObject({ state: 'ended', reason: 'lost' }));
  });

  it('goes on as a take-over of the same call, and ends', async () => {
    open = one({ state: 'listening' });
    const store = made();
    await vi.waitFor(() => expect(store.shown?.state).toBe('listening'));
    open = one({ state: 'listening', wish: 'take_over' });
    await store.takeOver('c');
    expect(store.shown).toMatchObject({ state: 'listening', wish: 'take_over' });
    await store.stop();
    expect(store.shown?.wish).toBe('stop');
    expect(sent).toContain('DELETE /listening');
  });

  it('is over when there is nothing left to end', async () => {
    open = one({ state: 'listening' });
    const store = made();
    await vi.waitFor(() => expect(store.shown?.state).toBe('listening'));
    open = null;
    await store.stop();
    expect(store.shown?.state).toBe('ended');
  });

  it('shows an end for a while, or until it is closed', async () => {
    const store = made();
    await settled();
    vi.useFakeTimers();
    await store.listen('c');
    store.heard(news({ state: 'ended', reason: 'busy' }));
    vi.advanceTimersByTime(19_000);
    expect(store.shown?.reason).toBe('busy');
    vi.advanceTimersByTime(2000);
    expect(store.shown).toBeNull();
    await store.listen('c');
    expect(store.shown?.state).toBe('ended'); // the event of this id was heard
    store.dismiss();
    expect(store.shown).toBeNull();
  });

  it('is nobody else\'s', async () => {
    open = one({ state: 'listening' });
    const store = made();
    await vi.waitFor(() => expect(store.shown?.state).toBe('listening'));
    useSession().me = null;
    await vi.waitFor(() => expect(store.shown).toBeNull());
  });
});
