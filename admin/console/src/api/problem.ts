export interface FieldError {
  location: string;
  message: string;
}

export interface Problem {
  title: string;
  status: number;
  detail: string;
  code: string;
  id?: string;
  errors?: FieldError[] | null;
}

// ProblemError is every refused or failed request. status 0 means that no answer came.
export class ProblemError extends Error {
  readonly retryAfter: number | undefined; // seconds

  constructor(
    readonly problem: Problem,
    retryAfter?: number,
  ) {
    super(problem.detail || problem.title);
    this.name = 'ProblemError';
    this.retryAfter = retryAfter;
  }

  // field is a refusal that needs no server, as two passwords that differ.
  static field(path: string, message: string): ProblemError {
    return new ProblemError({ title: '', status: 422, detail: '', code: 'invalid', errors: [{ location: `body.${path}`, message }] });
  }

  get status(): number {
    return this.problem.status;
  }

  get code(): string {
    return this.problem.code;
  }

  // fields are the refused values by their path in the body: `window.from`, `members[0].name`.
  get fields(): Record<string, string> {
    const out: Record<string, string> = {};
    for (const e of this.problem.errors ?? []) {
      const path = fieldOf(e.location);
      out[path] = out[path] ? `${out[path]}; ${e.message}` : e.message;
    }
    return out;
  }
}

// fieldOf takes the part of the request off a location. A location that names no field is ''.
export function fieldOf(location: string | undefined): string {
  const path = location ?? '';
  const m = /^(body|query|path|header)(?:\.(.*))?$/.exec(path);
  return m ? (m[2] ?? '') : path;
}

export function isAbort(e: unknown): boolean {
  return e instanceof DOMException && e.name === 'AbortError';
}

// problemOf makes a problem of anything that was thrown.
export function problemOf(e: unknown): ProblemError {
  if (e instanceof ProblemError) return e;
  const detail = e instanceof Error ? e.message : String(e);
  return new ProblemError({ title: 'Failed', status: -1, detail, code: 'client' });
}

export async function problemOfResponse(r: Response): Promise<ProblemError> {
  const wait = Number(r.headers.get('Retry-After')) || undefined;
  if (r.headers.get('Content-Type')?.includes('json')) {
    try {
      return new ProblemError({ ...(await r.json()), status: r.status }, wait);
    } catch {
      // An answer that was cut off says as much as its status.
    }
  }
  return new ProblemError({ title: r.statusText, status: r.status, detail: '', code: codeOf(r.status) }, wait);
}

function codeOf(status: number): string {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 413 || status === 429) return 'limited';
  return status < 500 ? 'invalid' : 'unavailable';
}
