import createClient from 'openapi-fetch';
import { takeAhead } from './ahead';
import { acceptLanguage } from './language';
import type { Paths } from './pending';
import { isAbort, ProblemError, problemOfResponse } from './problem';

// What the app does about answers that concern it as a whole. Set once, by the session store.
export const hooks = {
  signedOut: () => {},
  passwordChangeRequired: () => {},
};

// api speaks the contract. A refused request throws a ProblemError; `must` takes the data out of the answer:
//
//   const page = await must(api.GET('/api/v1/campaigns', { params: { query: { limit: 50 } }, signal }));
export const api = createClient<Paths>({
  baseUrl: globalThis.location?.origin,
  // Read at the time of the request, not of the import, so that tests may set their own.
  fetch: (request) => takeAhead(request) ?? globalThis.fetch(request),
  querySerializer: { array: { style: 'form', explode: true } },
});

api.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', acceptLanguage());
    return request;
  },
  async onResponse({ response, schemaPath }) {
    if (response.ok) return undefined;
    throw await refused(response, schemaPath);
  },
  onError({ error }) {
    if (error instanceof ProblemError || isAbort(error)) return error as Error;
    return new ProblemError({ title: 'No answer', status: 0, detail: '', code: 'offline' });
  },
});

async function refused(response: Response, path: string): Promise<ProblemError> {
  const problem = await problemOfResponse(response);
  if (problem.status === 401 && !path.endsWith('/sign-in')) hooks.signedOut();
  if (problem.code === 'password_change_required') hooks.passwordChangeRequired();
  return problem;
}

// must is the data of an answer. Answers without a body (204) give undefined.
export async function must<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}

// upload sends a file with its progress, 0 to 1, which fetch cannot tell.
export function upload<T>(path: string, form: FormData, progress?: (done: number) => void, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const x = new XMLHttpRequest();
    x.open('POST', path);
    x.setRequestHeader('Accept-Language', acceptLanguage());
    x.responseType = 'text';
    x.upload.onprogress = (e) => e.lengthComputable && progress?.(e.loaded / e.total);
    x.onload = async () => {
      const headers = { 'Content-Type': x.getResponseHeader('Content-Type') ?? '', 'Retry-After': x.getResponseHeader('Retry-After') ?? '' };
      if (x.status >= 200 && x.status < 300) resolve(x.responseText ? JSON.parse(x.responseText) : undefined);
      else reject(await refused(new Response(x.responseText || null, { status: x.status, statusText: x.statusText, headers }), path));
    };
    x.onerror = () => reject(new ProblemError({ title: 'No answer', status: 0, detail: '', code: 'offline' }));
    x.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    signal?.addEventListener('abort', () => x.abort());
    x.send(form);
  });
}
