// What the editor asks the server for.
import { api, must, upload } from '@/api/client';
import type { ScriptDocument } from './core/document';

const of = (id: number) => ({ params: { path: { id } } });
export const textOf = (d: ScriptDocument): string => JSON.stringify(d);

export const getScript = (id: number, signal?: AbortSignal) => must(api.GET('/api/v1/scripts/{id}', { ...of(id), signal }));
export const getDraft = (id: number, signal?: AbortSignal) => must(api.GET('/api/v1/scripts/{id}/draft', { ...of(id), signal }));
export const putDraft = (id: number, revision: number, d: ScriptDocument) => must(api.PUT('/api/v1/scripts/{id}/draft', { ...of(id), body: { revision, document: textOf(d) } }));
export const checkDocument = (id: number, d: ScriptDocument, signal?: AbortSignal) => must(api.POST('/api/v1/scripts/check', { body: { script_id: id, document: textOf(d) }, signal }));
export const testScript = (id: number, d: ScriptDocument, conversations: number, seed: number) =>
  must(api.POST('/api/v1/scripts/{id}/test', { ...of(id), body: { document: textOf(d), conversations, seed } }));
export const getTraffic = (id: number, days: number) => must(api.GET('/api/v1/scripts/{id}/traffic', { params: { path: { id }, query: { days } } }));

export const getSentences = (id: number, signal?: AbortSignal) => must(api.GET('/api/v1/scripts/{id}/recordings', { ...of(id), signal }));
export const deleteRecording = (id: number, key: string) => must(api.DELETE('/api/v1/scripts/{id}/recordings/{key}', { params: { path: { id, key } } }));
export const audioOf = (id: number, key: string, at: number) => `/api/v1/scripts/${id}/recordings/${encodeURIComponent(key)}/audio?at=${at}`;
export function uploadRecording(id: number, key: string, file: File): Promise<unknown> {
  const form = new FormData();
  form.append('key', key);
  form.append('file', file);
  return upload(`/api/v1/scripts/${id}/recordings`, form);
}

type Answer<F extends (...args: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>;
export type Report = Answer<typeof testScript>;
export type Sentence = NonNullable<Answer<typeof getSentences>['items']>[number];
