import { onBeforeUnmount, onMounted } from 'vue';

// useKeys are keys of the whole page. What is typed, chosen or pressed keeps its own meaning.
export function useKeys(keys: Record<string, () => unknown>): void {
  const heard = (e: KeyboardEvent) => {
    const act = keys[e.key];
    if (!act || e.ctrlKey || e.altKey || e.metaKey || e.shiftKey) return;
    const at = e.target as HTMLElement;
    if (at.closest('input, textarea, select, [contenteditable], .el-overlay, .el-popper, [role="menu"], [role="radiogroup"]')) return;
    // Space presses a button and opens a link's menu; sentences give it up.
    if (e.key === ' ' && at.closest('button:not(.words), a')) return;
    e.preventDefault();
    act();
  };
  onMounted(() => addEventListener('keydown', heard));
  onBeforeUnmount(() => removeEventListener('keydown', heard));
}
