import { afterEach, describe, expect, it, vi } from 'vitest';
import { api, hooks, must } from '@/api/client';
import { worded } from '@/api/language';
import { fieldOf, ProblemError } from '@/api/problem';
import { useProblem } from '@/composables/useProblem';

const answer = (status: number, body: object, headers: Record<string, string> = {}) =>
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/problem+json', ...headers } }));
const caught = async (p: Promise<unknown>): Promise<ProblemError> => {
  try {
    await p;
  } catch (e) {
    return e as ProblemError;
  }
  throw new Error('it was not refused');
};

afterEach(() => vi.unstubAllGlobals());

describe('fieldOf', () => {
  it.each([['body.window.from', 'window.from'], ['body.members[0].name', 'members[0].name'], ['query.limit', 'limit'], ['body', ''], ['', ''], [undefined, '']])('%s', (l, want) => expect(fieldOf(l)).toBe(want));
});

describe('client', () => {
  it('throws what the server said', async () => {
    answer(422, { title: 'Unprocessable', status: 422, detail: 'correct it', code: 'invalid', errors: [{ location: 'body.name', message: 'taken' }] });
    const e = await caught(must(api.GET('/api/v1/scripts')));
    expect(e).toBeInstanceOf(ProblemError);
    expect([e.status, e.message, e.fields]).toEqual([422, 'correct it', { name: 'taken' }]);
  });
  it('asks for the language that the console is read in', async () => {
    const asked: (string | null)[] = [];
    vi.stubGlobal('fetch', async (r: Request) => {
      asked.push(r.headers.get('Accept-Language'));
      return new Response('{}', { headers: { 'Content-Type': 'application/json' } });
    });
    for (const lang of ['zh-CN', 'en']) {
      document.documentElement.lang = lang;
      await must(api.GET('/api/v1/scripts'));
      asked.push(worded('/rows'), worded('/rows?a=1'));
    }
    expect(asked).toEqual(['zh-CN', '/rows?lang=zh', '/rows?a=1&lang=zh', 'en', '/rows?lang=en', '/rows?a=1&lang=en']);
  });
  it('tells the app of an ended session, but not of a refused sign-in', async () => {
    answer(401, { title: 'Unauthorized', status: 401, detail: 'sign in', code: 'unauthenticated' });
    const out = vi.spyOn(hooks, 'signedOut');
    await caught(must(api.POST('/api/v1/sign-in', { body: { account: 'a', password: 'b' } })));
    expect(out).not.toHaveBeenCalled();
    await caught(must(api.GET('/api/v1/scripts')));
    expect(out).toHaveBeenCalledOnce();
  });
  it('tells the app that the first password stands', async () => {
    answer(403, { title: 'Forbidden', status: 403, detail: 'change it', code: 'password_change_required' });
    const change = vi.spyOn(hooks, 'passwordChangeRequired');
    await caught(must(api.GET('/api/v1/scripts')));
    expect(change).toHaveBeenCalledOnce();
  });
  it('says when to try again, and that nobody answered', async () => {
    answer(429, { title: 'Too many', status: 429, detail: 'locked', code: 'limited' }, { 'Retry-After': '30' });
    expect((await caught(must(api.GET('/api/v1/scripts')))).retryAfter).toBe(30);
    vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('network')));
    const e = await caught(must(api.GET('/api/v1/scripts')));
    expect([e.status, e.code]).toEqual([0, 'offline']);
  });
});

describe('useProblem', () => {
  const refusal = (...locations: string[]) =>
    new ProblemError({ title: 'x', status: 422, detail: 'correct the fields', code: 'invalid', errors: locations.map((location) => ({ location, message: `bad ${location}` })) });

  it('puts a reason beside its field, and says nothing else', () => {
    const p = useProblem();
    p.show('name');
    p.set(refusal('body.name'));
    expect(p.fields.value).toEqual({ name: 'bad body.name' });
    expect(p.general.value).toBe('');
    p.clear('name');
    expect(p.fields.value).toEqual({});
  });
  it('shows a reason for a field that the form does not have', () => {
    const p = useProblem();
    p.show('name');
    p.set(refusal('body.name', 'body.zone'));
    expect(p.general.value).toBe('correct the fields — zone: bad body.zone');
  });
  it('shows a refusal without fields, and forgets it', () => {
    const p = useProblem();
    p.set(new ProblemError({ title: 'x', status: 409, detail: 'it is running', code: 'conflict' }));
    expect(p.general.value).toBe('it is running');
    p.clear();
    expect(p.general.value).toBe('');
  });
});
