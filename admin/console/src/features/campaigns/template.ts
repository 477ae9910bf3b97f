// The empty list to fill in. It holds headings only: an example row would be called.
export function templateFile(headings: string[]): Blob {
  const cell = (s: string) => (/[",\r\n]/.test(s) ? `"${s.replaceAll('"', '""')}"` : s);
  // The mark at the beginning tells spreadsheets that it is UTF-8.
  return new Blob([`\uFEFF${headings.map(cell).join(',')}\r\n`], { type: 'text/csv;charset=utf-8' });
}

export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const a = document.createElement('a');
  a.href = url;
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
