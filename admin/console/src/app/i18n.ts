import { createI18n } from 'vue-i18n';
import { computed } from 'vue';
import zh from './words.zh';
import en from './words.en';
import type { Messages } from './module';
import { messagesOf, modules } from './modules';

export type Language = 'zh' | 'en';
const key = 'outdial.language';

function remembered(): Language {
  try {
    return localStorage.getItem(key) === 'en' ? 'en' : 'zh';
  } catch {
    return 'zh';
  }
}

const messages: Record<Language, Messages> = {
  zh: { ...zh, ...messagesOf(modules, 'zh') },
  en: { ...en, ...messagesOf(modules, 'en') },
};

export const i18n = createI18n<false>({ legacy: false, locale: remembered(), fallbackLocale: 'zh', messages: messages as never });

// t outside of components.
export const t = i18n.global.t as unknown as (key: string, named?: Record<string, unknown> | number) => string;

export const language = computed<Language>(() => (i18n.global.locale as { value: string }).value as Language);

export function setLanguage(to: Language): void {
  (i18n.global.locale as { value: string }).value = to;
  document.documentElement.lang = to === 'zh' ? 'zh-CN' : 'en';
  try {
    localStorage.setItem(key, to);
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
}

document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en';
