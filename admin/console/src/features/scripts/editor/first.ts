import { getDraft, getScript } from './server';

// What the editor opens with. It is asked for while the page is still on its way.
const read = (id: number, signal?: AbortSignal) => Promise.all([getScript(id, signal), getDraft(id, signal)]);
let asked: { id: number; answer: ReturnType<typeof read> } | undefined;

export function ask(id: number): void {
  const answer = read(id);
  answer.catch(() => undefined); // whoever takes it sees what went wrong
  asked = { id, answer };
}

// take gives what was asked for, once: a later look is a new one.
export function take(id: number, signal: AbortSignal): ReturnType<typeof read> {
  const mine = asked;
  asked = undefined;
  return mine?.id === id ? mine.answer : read(id, signal);
}
