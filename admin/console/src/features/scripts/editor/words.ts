import { i18n } from '@/app/i18n';
import en from './en';
import zh from './zh';

// The editor's words come with its page: nobody else pays for them.
const into = i18n.global as unknown as { mergeLocaleMessage(language: string, words: object): void };
into.mergeLocaleMessage('zh', { editor: zh });
into.mergeLocaleMessage('en', { editor: en });
