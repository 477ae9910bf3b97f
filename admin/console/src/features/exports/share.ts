// share is how far a job is, in whole percent. It is full only when it is over.
export function share(e: { done: number; total: number }): number {
  return e.total > 0 ? Math.min(99, Math.floor((100 * e.done) / e.total)) : 0;
}
