import { describe, expect, it } from 'vitest';
import { decode, encode, frameBytes, Framer, loudness } from '@/features/scripts/talk/voice/frames';
import { JitterBuffer } from '@/features/scripts/talk/voice/jitter';
import { Resampler } from '@/features/scripts/talk/voice/resample';

const tone = (hz: number, rate: number, seconds: number) => Float32Array.from({ length: Math.round(rate * seconds) }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / rate));
const rms = (x: Float32Array) => Math.sqrt(x.reduce((s, v) => s + v * v, 0) / x.length);
function through(r: Resampler, x: Float32Array, size: number): Float32Array {
  const out: number[] = [];
  for (let i = 0; i < x.length; i += size) out.push(...r.push(x.subarray(i, i + size)));
  return Float32Array.from(out);
}
/** crossings counts how often a wave passes zero upwards. */
const crossings = (x: Float32Array) => x.reduce((n, v, i) => n + (i > 0 && x[i - 1]! < 0 && v >= 0 ? 1 : 0), 0);

describe('a resampler', () => {
  it.each([
    [48000, 8000],
    [44100, 8000],
    [8000, 48000],
    [8000, 44100],
    [8000, 8000],
  ])('keeps a tone of speech from %d to %d, with its length and level', (from, to) => {
    const out = through(new Resampler(from, to), tone(440, from, 1), 128);
    expect(Math.abs(out.length - to)).toBeLessThan(to * 0.02);
    const middle = out.subarray(to / 4, (3 * to) / 4);
    expect(rms(middle)).toBeCloseTo(0.5 / Math.SQRT2, 2);
    expect(Math.abs(crossings(middle) - 220)).toBeLessThanOrEqual(1);
  });
  it('gives the same however the stream is cut', () => {
    const x = tone(700, 44100, 0.2);
    const whole = through(new Resampler(44100, 8000), x, x.length);
    for (const size of [1, 128, 999]) expect(through(new Resampler(44100, 8000), x, size)).toEqual(whole);
  });
  it('leaves out what a telephone cannot carry, rather than fold it back', () => {
    const out = through(new Resampler(48000, 8000), tone(6000, 48000, 0.5), 128);
    expect(rms(out.subarray(800))).toBeLessThan(0.005);
    expect(rms(through(new Resampler(48000, 8000), tone(3000, 48000, 0.5), 128).subarray(800))).toBeGreaterThan(0.33);
  });
  it('refuses what is no rate', () => expect(() => new Resampler(0, 8000)).toThrow(RangeError));
});

describe('frames', () => {
  it('are 20 ms each, whatever comes', () => {
    const f = new Framer();
    const sizes = [1, 159, 160, 161, 479, 10];
    const frames = sizes.flatMap((n) => f.push(new Float32Array(n).fill(0.25)));
    expect(frames).toHaveLength(Math.floor(sizes.reduce((a, b) => a + b) / 160));
    expect(frames.every((x) => x.byteLength === frameBytes)).toBe(true);
  });
  it('come out as they went in, and what is too loud is held', () => {
    expect([...new Int16Array(encode(Float32Array.of(0, 0.5, 1, -1, 3)))]).toEqual([0, 16384, 32767, -32767, 32767]);
    expect([...decode(encode(Float32Array.of(0.5, -0.25)))].map((x) => x.toFixed(2))).toEqual(['0.50', '-0.25']);
    expect(decode(new ArrayBuffer(3))).toHaveLength(1);
  });
  it('show how loud they are', () => {
    expect(loudness(new Float32Array(160))).toBe(0);
    expect(loudness(new Float32Array(0))).toBe(0);
    expect(loudness(tone(440, 8000, 0.02))).toBeGreaterThan(0.8);
  });
});

describe('a jitter buffer', () => {
  const numbered = (from: number, n = 160) => Float32Array.from({ length: n }, (_, i) => from + i);
  const pull = (b: JitterBuffer, n: number) => {
    const out = new Float32Array(n).fill(9);
    return { there: b.pull(out), out };
  };
  it('waits for a little before it plays', () => {
    const b = new JitterBuffer(320, 2000);
    b.push(numbered(0));
    expect(pull(b, 100).there).toBe(0);
    b.push(numbered(160));
    const { there, out } = pull(b, 200);
    expect([there, out[0], out[199]]).toEqual([200, 0, 199]);
  });
  it('plays silence when it runs dry, and waits again', () => {
    const b = new JitterBuffer(160, 2000);
    b.push(numbered(1));
    const { there, out } = pull(b, 200);
    expect([there, out[159], out[160], out[199]]).toEqual([160, 160, 0, 0]);
    b.push(numbered(1, 80));
    expect(pull(b, 10).there).toBe(0);
    b.push(numbered(81, 80));
    expect(pull(b, 10).out[0]).toBe(1);
    expect(b.state.dry).toBe(1);
  });
  it('keeps near to now when much piles up, and loses the oldest', () => {
    const b = new JitterBuffer(160, 800);
    for (let i = 0; i < 6; i++) b.push(numbered(160 * i));
    expect(b.state).toMatchObject({ held: 160, dropped: 800 });
    expect(pull(b, 1).out[0]).toBe(800);
  });
  it('survives the unevenness of a network without a gap', () => {
    const b = new JitterBuffer(480, 4000);
    let sent = 0;
    let heard = 0;
    let gaps = 0;
    // Frames come in bursts of three every 60 ms; 20 ms are played at a time.
    for (let tick = 0; tick < 300; tick++) {
      if (tick % 3 === 0) for (let k = 0; k < 3; k++) b.push(numbered(160 * sent++));
      const { there, out } = pull(b, 160);
      if (there && there < 160) gaps++;
      for (let i = 0; i < there; i++) expect(out[i]).toBe(heard++);
    }
    expect([gaps, b.state.dropped]).toEqual([0, 0]);
    expect(heard).toBeGreaterThan(160 * 290);
  });
  it('forgets what was not heard when somebody breaks in', () => {
    const b = new JitterBuffer(160, 800);
    b.push(numbered(0, 400));
    pull(b, 10);
    b.clear();
    expect([pull(b, 10).there, b.state.held]).toEqual([0, 0]);
  });
});
