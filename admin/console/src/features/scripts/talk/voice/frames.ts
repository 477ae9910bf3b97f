// What travels: 20 ms of signed 16 bit samples, least significant byte first, 8,000 a second.
export const rate = 8000;
export const frameSamples = 160;
export const frameBytes = 2 * frameSamples;

// Framer cuts a stream of samples into frames.
export class Framer {
  private readonly filling = new Float32Array(frameSamples);
  private filled = 0;

  push(samples: Float32Array): ArrayBuffer[] {
    const out: ArrayBuffer[] = [];
    for (let i = 0; i < samples.length; ) {
      const n = Math.min(frameSamples - this.filled, samples.length - i);
      this.filling.set(samples.subarray(i, i + n), this.filled);
      this.filled += n;
      i += n;
      if (this.filled < frameSamples) break;
      out.push(encode(this.filling));
      this.filled = 0;
    }
    return out;
  }
}

export function encode(samples: Float32Array): ArrayBuffer {
  const out = new DataView(new ArrayBuffer(2 * samples.length));
  samples.forEach((s, i) => out.setInt16(2 * i, Math.round(Math.max(-1, Math.min(1, s)) * 32767), true));
  return out.buffer;
}

// decode reads samples; a byte too many is not one.
export function decode(frame: ArrayBuffer): Float32Array<ArrayBuffer> {
  const view = new DataView(frame);
  const out = new Float32Array(frame.byteLength >> 1);
  for (let i = 0; i < out.length; i++) out[i] = view.getInt16(2 * i, true) / 32768;
  return out;
}

// loudness is the level of samples, 0 to 1, for a meter.
export function loudness(samples: Float32Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (const s of samples) sum += s * s;
  const db = 10 * Math.log10(sum / samples.length + 1e-9);
  return Math.max(0, Math.min(1, (db + 60) / 60));
}
