import { api, must } from '@/api/client';

// documentOf reads a script's document: of a version, or the draft for 0.
export async function documentOf(script: number, version: number, signal?: AbortSignal): Promise<string> {
  if (version) return (await must(api.GET('/api/v1/script-versions/{id}', { params: { path: { id: version } }, signal }))).document;
  return (await must(api.GET('/api/v1/scripts/{id}/draft', { params: { path: { id: script } }, signal }))).document;
}
