import { ref } from 'vue';
import type { ProblemError } from '@/api/problem';

// Why the app could not learn who is signed in; null once it could.
export const startFailure = ref<ProblemError | null>(null);
