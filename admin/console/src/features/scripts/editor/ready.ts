// The editor is the largest page. Where it is opened from, its files come while there is nothing else to do, or as soon as
// somebody reaches for it.
export const loadEditor = () => import('./EditorPage.vue');

let begun = false;
function begin(): void {
  if (begun) return;
  begun = true;
  loadEditor().catch(() => (begun = false)); // whoever opens it tries again, and is told
}

export function prepareEditor({ now = false } = {}): void {
  if (begun || (navigator as { connection?: { saveData?: boolean } }).connection?.saveData) return;
  if (now) begin();
  else if ('requestIdleCallback' in globalThis) requestIdleCallback(begin, { timeout: 5000 });
  else setTimeout(begin, 1000);
}
