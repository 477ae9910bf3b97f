// A browser's microphone runs at 44,100 or 48,000 samples a second, a telephone at 8,000.

const phases = 128; // places between two samples that the filter is computed for
const reach = 16; // zero crossings of the filter on either side

// Resampler turns a stream of samples of one rate into one of another. What is above half the lower rate is filtered out, so
// that it does not fold back as noise.
export class Resampler {
  private readonly half: number; // samples of the source on either side of a sample that is made
  private readonly table: Float32Array;
  private readonly step: number;
  private kept: Float32Array<ArrayBufferLike>;
  private at: number; // of the next sample, in `kept`

  constructor(
    readonly from: number,
    readonly to: number,
  ) {
    if (!(from > 0) || !(to > 0)) throw new RangeError(`no rates: ${from}, ${to}`);
    const lower = Math.min(1, to / from) * 0.92;
    this.step = from / to;
    this.half = Math.ceil(reach / lower);
    this.table = filter(this.half, lower);
    // Silence comes before the first sample: the filter looks back.
    this.kept = new Float32Array(this.half);
    this.at = this.half;
  }

  // push takes what came and gives what can be told by now; the newest few milliseconds are still waiting.
  push(samples: Float32Array<ArrayBufferLike>): Float32Array<ArrayBuffer> {
    const all = new Float32Array(this.kept.length + samples.length);
    all.set(this.kept);
    all.set(samples, this.kept.length);
    const count = Math.max(0, Math.floor((all.length - this.half - 1 - this.at) / this.step) + 1);
    const out = new Float32Array(count);
    for (let i = 0; i < count; i++) out[i] = this.sampleAt(all, this.at + i * this.step);
    const next = this.at + count * this.step;
    const drop = Math.max(0, Math.floor(next) - this.half);
    this.kept = all.slice(drop);
    this.at = next - drop;
    return out;
  }

  private sampleAt(x: Float32Array, place: number): number {
    const whole = Math.floor(place);
    const phase = Math.round((place - whole) * phases);
    const width = 2 * this.half;
    let sum = 0;
    // The filter of this phase, from the oldest sample to the newest.
    for (let k = 0, row = phase * width, i = whole - this.half + 1; k < width; k++, i++) sum += (x[i] ?? 0) * this.table[row + k]!;
    return sum;
  }
}

// filter is a windowed sinc for every phase, each of which sums to one.
function filter(half: number, cut: number): Float32Array {
  const width = 2 * half;
  const table = new Float32Array((phases + 1) * width);
  for (let p = 0; p <= phases; p++) {
    let sum = 0;
    for (let k = 0; k < width; k++) {
      const t = k - half + 1 - p / phases;
      const w = Math.abs(t) >= half ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * t) / half);
      const v = w * sinc(cut * t);
      table[p * width + k] = v;
      sum += v;
    }
    for (let k = 0; k < width; k++) table[p * width + k]! /= sum;
  }
  return table;
}

const sinc = (x: number): number => (Math.abs(x) < 1e-9 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
