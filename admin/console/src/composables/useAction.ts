import { ElMessage } from 'element-plus';
import { ref } from 'vue';
import { isAbort, problemOf } from '@/api/problem';
import { explain } from '@/ui/explain';

// useAction runs what a button asks for, once at a time, and says what came of it. `run` is false when it failed.
export function useAction() {
  const busy = ref(false);
  async function run(work: () => Promise<unknown>, done?: string): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    try {
      await work();
      if (done) ElMessage.success(done);
      return true;
    } catch (e) {
      if (!isAbort(e)) {
        const p = problemOf(e);
        // Whoever is sent to sign in again needs no second message.
        if (p.status !== 401) ElMessage.error({ message: explain(p), duration: 6000, showClose: true });
      }
      return false;
    } finally {
      busy.value = false;
    }
  }
  return { busy, run };
}
