import { t } from '@/app/i18n';

// What the contract's own checks say is about JSON; people are told about the field. Every other reason is the server's.
const known: [RegExp, string][] = [
  [/^expected length >= 1$/, 'required'],
  [/^expected number >= 1$/, 'choose'],
  [/^expected required property/, 'required'],
  [/^expected array length >= 1$/, 'choose'],
  [/^expected length >= (\d+)$/, 'minLength'],
  [/^expected length <= (\d+)$/, 'maxLength'],
  [/^expected number >= (\S+)$/, 'min'],
  [/^expected number <= (\S+)$/, 'max'],
  [/^expected array length <= (\d+)$/, 'maxItems'],
  [/^expected value to be one of/, 'choose'],
  [/^expected string to be RFC 3339/, 'time'],
];

export function reasonWord(reason: string): string {
  return reason
    .split('; ')
    .map((r) => {
      for (const [form, key] of known) {
        const m = form.exec(r);
        if (m) return t(`ui.reason.${key}`, { n: m[1] ?? '' });
      }
      return r;
    })
    .join('; ');
}
