import { decode, rate } from './frames';
import { JitterBuffer } from './jitter';
import { Resampler } from './resample';

// Plays frames as they come: 60 ms behind, and never more than half a second.
class Playback extends AudioWorkletProcessor {
  private readonly up = new Resampler(rate, sampleRate);
  private readonly buffer = new JitterBuffer(0.06 * sampleRate, 0.5 * sampleRate);

  constructor() {
    super();
    this.port.onmessage = (e: MessageEvent<ArrayBuffer | 'clear'>) => {
      if (e.data === 'clear') this.buffer.clear();
      else this.buffer.push(this.up.push(decode(e.data)));
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const [first, ...others] = outputs[0] ?? [];
    if (!first) return true;
    this.buffer.pull(first);
    for (const o of others) o.set(first);
    return true;
  }
}
registerProcessor('playback', Playback);
