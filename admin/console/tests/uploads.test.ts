import { describe, expect, it } from 'vitest';
import { endsWith, kindsText } from '@/ui/uploads';

describe('the kinds of a file', () => {
  it.each([
    ['a.xlsx', true],
    ['A.CSV', true],
    ['a.xlsx.exe', false],
    ['xlsx', false],
    ['a.', false],
  ])('%s: %s', (name, fits) => expect(endsWith(name, ['xlsx', 'csv'])).toBe(fits));
  it('are listed as in a sentence', () => {
    expect(kindsText(['wav'], '、', ' 或 ')).toBe('wav');
    expect(kindsText(['yaml', 'json', 'xlsx'], '、', ' 或 ')).toBe('yaml、json 或 xlsx');
  });
});
