import { ProblemError, problemOfResponse } from '@/api/problem';
import type { Levels, Stretch } from './peaks';
import type { WavFault } from './wav';

export interface Heard {
  levels: Levels;
  silent: Stretch[];
  file: ArrayBuffer; // for the browser to play
}
export type Answer = Heard | { fault: WavFault };

// SoundFault says that a recording was read and is none that can be shown.
export class SoundFault extends Error {
  constructor(readonly fault: WavFault) {
    super(fault);
    this.name = 'SoundFault';
  }
}

// hear reads a recording once, for both the picture and the player.
export async function hear(address: string, signal: AbortSignal): Promise<Heard> {
  let response: Response;
  try {
    response = await fetch(address, { signal });
  } catch (e) {
    if (signal.aborted) throw e;
    throw new ProblemError({ title: 'No answer', status: 0, detail: '', code: 'offline' });
  }
  if (!response.ok) throw await problemOfResponse(response);
  const file = await response.arrayBuffer();
  signal.throwIfAborted();
  return decoded(file, signal);
}

function decoded(file: ArrayBuffer, signal: AbortSignal): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./sound.worker.ts', import.meta.url), { type: 'module' });
    const end = () => {
      worker.terminate();
      signal.removeEventListener('abort', aborted);
    };
    const aborted = () => {
      end();
      reject(new DOMException('aborted', 'AbortError'));
    };
    signal.addEventListener('abort', aborted);
    worker.onmessage = (e: MessageEvent<Answer>) => {
      end();
      if ('fault' in e.data) reject(new SoundFault(e.data.fault));
      else resolve(e.data);
    };
    worker.onerror = () => {
      end();
      reject(new SoundFault('unsupported'));
    };
    worker.postMessage(file, [file]);
  });
}
