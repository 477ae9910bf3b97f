import { levelsOf, silences } from './peaks';
import { readWav, WavError, writeWav } from './wav';
import type { Answer } from './sound';

// Decodes away from the page, so that a recording of ten minutes does not hold up the hand of whoever reads along.
const scope = globalThis as unknown as { onmessage: (e: MessageEvent<ArrayBuffer>) => void; postMessage(a: Answer, transfer?: Transferable[]): void };

scope.onmessage = (e) => {
  try {
    const sound = readWav(e.data);
    const levels = levelsOf(sound.channels, sound.rate);
    const file = sound.pcm && !sound.cut ? e.data : writeWav(sound);
    const lanes = [...levels.fine.lanes, ...levels.coarse.lanes];
    scope.postMessage({ levels, silent: silences(levels.fine), file }, [file, ...lanes.map((l) => l.buffer as ArrayBuffer)]);
  } catch (error) {
    scope.postMessage({ fault: error instanceof WavError ? error.fault : 'unsupported' });
  }
};
