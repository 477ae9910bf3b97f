import { ref, watch } from 'vue';

export type Theme = 'light' | 'dark' | 'system';
const key = 'outdial.theme';
const system = matchMedia('(prefers-color-scheme: dark)');

function remembered(): Theme {
  try {
    const v = localStorage.getItem(key);
    return v === 'light' || v === 'dark' ? v : 'system';
  } catch {
    return 'system';
  }
}

// theme is what was chosen; dark is what shows. Charts watch dark.
export const theme = ref<Theme>(remembered());
export const dark = ref(false);

function apply(): void {
  dark.value = theme.value === 'dark' || (theme.value === 'system' && system.matches);
  document.documentElement.classList.toggle('dark', dark.value);
}

watch(theme, (v) => {
  try {
    localStorage.setItem(key, v);
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
  apply();
});
system.addEventListener('change', apply);
apply();
