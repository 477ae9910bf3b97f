// What public/first.js asked for before the app was there.
interface Ahead {
  language: string;
  answers: Record<string, Promise<Response>>;
}
const ahead = (): Ahead | undefined => (globalThis as { outdialAhead?: Ahead }).outdialAhead;

// takeAhead gives the answer to a request that was made ahead, once.
export function takeAhead(request: Request): Promise<Response> | undefined {
  const asked = ahead();
  const path = new URL(request.url).pathname;
  const answer = asked?.answers[path];
  if (!asked || !answer || request.method !== 'GET' || new URL(request.url).search || request.headers.get('Accept-Language') !== asked.language) return undefined;
  delete asked.answers[path];
  return answer.catch(() => globalThis.fetch(request));
}

// forgetAhead ends it: once the first page is there, what nobody took grows old.
export function forgetAhead(): void {
  const asked = ahead();
  if (asked) asked.answers = {};
}
