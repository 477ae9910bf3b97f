import { ProblemError } from '@/api/problem';

// Reasons that the server gives for a part of what is one field here.
const shownAt: Record<string, string> = { 'window.from': 'window', 'window.to': 'window', redial: 'redial.max_attempts' };

// placed moves reasons to the fields that show them: also those of single elements, as `window.weekdays[0]`.
export function placed(e: unknown): unknown {
  if (!(e instanceof ProblemError) || !e.problem.errors?.length) return e;
  const errors = e.problem.errors.map((x) => {
    const path = x.location.replace(/^body\./, '').replace(/\[\d+\]$/, '');
    return { ...x, location: `body.${shownAt[path] ?? path}` };
  });
  return new ProblemError({ ...e.problem, errors }, e.retryAfter);
}

// refusedHere is a refusal that needed no server.
export function refusedHere(reasons: Record<string, string>): ProblemError {
  return new ProblemError({ title: '', status: 422, detail: '', code: 'invalid', errors: Object.entries(reasons).map(([k, message]) => ({ location: `body.${k}`, message })) });
}
