import { Framer, loudness, rate } from './frames';
import { Resampler } from './resample';

// Takes the microphone and gives frames as they travel.
class Capture extends AudioWorkletProcessor {
  private readonly down = new Resampler(sampleRate, rate);
  private readonly framer = new Framer();

  process(inputs: Float32Array[][]): boolean {
    const heard = inputs[0]?.[0];
    if (!heard) return true;
    const level = loudness(heard);
    for (const frame of this.framer.push(this.down.push(heard))) this.port.postMessage({ frame, level }, [frame]);
    return true;
  }
}
registerProcessor('capture', Capture);
