import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forgetAhead } from '@/api/ahead';
import { api, must } from '@/api/client';

// The script runs as the page runs it, from the file that is served.
const source = readFileSync('public/first.js', 'utf8');
const asked: string[] = [];
const links: HTMLLinkElement[] = []; // they are not put into the document, which would fetch them
let refuse = false;

function begin(path: string, files = ''): void {
  history.replaceState(null, '', path);
  const script = Object.assign(document.createElement('script'), { src: '/first.js' });
  script.dataset.editor = files;
  vi.spyOn(document, 'currentScript', 'get').mockReturnValue(script);
  vi.spyOn(document.head, 'appendChild').mockImplementation((link) => (links.push(link as unknown as HTMLLinkElement), link));
  new Function(source)();
}

beforeEach(() => {
  refuse = false;
  asked.length = links.length = 0;
  vi.stubGlobal('fetch', async (r: Request | string) => {
    asked.push(typeof r === 'string' ? r : new URL(r.url).pathname);
    if (refuse) throw new TypeError('no network');
    return new Response(JSON.stringify({ answer: asked.length }), { headers: { 'Content-Type': 'application/json' } });
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  document.documentElement.lang = 'zh-CN';
  localStorage.clear();
});

const me = () => must(api.GET('/api/v1/me') as Promise<{ data?: unknown }>);
const draft = (id: number) => must(api.GET('/api/v1/scripts/{id}/draft', { params: { path: { id } } }) as Promise<{ data?: unknown }>);

describe('what is asked for before the app is there', () => {
  it('is who is signed in, whatever the page', () => {
    begin('/campaigns/3');
    expect(asked).toEqual(['/api/v1/me']);
    expect(links).toHaveLength(0);
  });
  it('is the script and the files of the editor, too', () => {
    begin('/scripts/12/edit?node=a', '/assets/EditorPage-1.js /assets/EditorPage-1.css');
    expect(asked).toEqual(['/api/v1/me', '/api/v1/scripts/12', '/api/v1/scripts/12/draft']);
    expect(links.map((l) => [l.rel, l.getAttribute('as') ?? '', new URL(l.href).pathname])).toEqual([
      ['modulepreload', '', '/assets/EditorPage-1.js'], ['preload', 'style', '/assets/EditorPage-1.css'],
    ]);
  });
  it('answers the first request of its kind, and no other', async () => {
    document.documentElement.lang = 'zh-CN';
    begin('/scripts/12/edit');
    expect(await draft(13)).toEqual({ answer: 4 });
    expect(await draft(12)).toEqual({ answer: 3 });
    expect(await draft(12)).toEqual({ answer: 5 });
  });
  it('is asked for again in another language, after a lost connection, and when it has grown old', async () => {
    begin('/home');
    document.documentElement.lang = 'en';
    await me();
    expect(asked).toHaveLength(2);

    document.documentElement.lang = 'zh-CN';
    refuse = true;
    begin('/home');
    refuse = false;
    await me();
    expect(asked).toHaveLength(4);

    begin('/home');
    forgetAhead();
    await me();
    expect(asked).toHaveLength(6);
  });
  it('is asked for in the language that is remembered', async () => {
    localStorage.setItem('outdial.language', 'en');
    document.documentElement.lang = 'en';
    begin('/home');
    await me();
    expect(asked).toHaveLength(1);
  });
});
