import { describe, expect, it } from 'vitest';
import { readWav, WavError, writeWav } from '@/features/calls/audio/wav';

// file builds a WAV of chunks; sizes may be lies.
function file(chunks: { name: string; body: Uint8Array; size?: number }[]): ArrayBuffer {
  const parts: number[] = [...text('RIFF'), 0, 0, 0, 0, ...text('WAVE')];
  for (const c of chunks) {
    const n = c.size ?? c.body.length;
    parts.push(...text(c.name), n & 255, (n >> 8) & 255, (n >> 16) & 255, (n >>> 24) & 255, ...c.body);
    if (c.body.length % 2) parts.push(0);
  }
  return Uint8Array.from(parts).buffer as ArrayBuffer;
}
const text = (s: string) => [...s].map((c) => c.charCodeAt(0));
function fmt(code: number, channels: number, bits: number, rate = 8000, extra: number[] = []): Uint8Array {
  const v = new DataView(new ArrayBuffer(16));
  v.setUint16(0, code, true);
  v.setUint16(2, channels, true);
  v.setUint32(4, rate, true);
  v.setUint16(14, bits, true);
  return Uint8Array.from([...new Uint8Array(v.buffer), ...extra]);
}
const fault = (b: ArrayBuffer) => {
  try {
    readWav(b);
  } catch (e) {
    if (e instanceof WavError) return e.fault;
    throw e;
  }
  return 'none';
};

describe('readWav', () => {
  it('takes the two sides of a stereo recording apart', () => {
    const sound = readWav(writeWav({ rate: 8000, channels: [Int16Array.of(1, -2, 32767), Int16Array.of(4, 5, -32768)] }));
    expect(sound).toMatchObject({ rate: 8000, cut: false, pcm: true });
    expect(sound.channels.map((c) => [...c])).toEqual([[1, -2, 32767], [4, 5, -32768]]);
    expect(sound.seconds).toBeCloseTo(3 / 8000);
  });

  it('reads what carriers and switches write', () => {
    const data = (...b: number[]) => ({ name: 'data', body: Uint8Array.from(b) });
    const one = (code: number, bits: number, ...b: number[]) => readWav(file([{ name: 'fmt ', body: fmt(code, 1, bits) }, data(...b)])).channels[0]!;
    expect([...one(1, 8, 0, 128, 255)]).toEqual([-32768, 0, 32512]);
    expect([...one(1, 24, 0xff, 0, 0x40)]).toEqual([0x4000]);
    expect([...one(1, 32, 0, 0, 0, 0xc0)]).toEqual([-0x4000]);
    expect([...one(3, 32, 0, 0, 0, 0x3f)]).toEqual([16384]); // 0.5
    // G.711: the quietest and the loudest values of the standard.
    expect([...one(6, 8, 0xd5, 0x55, 0xaa, 0x2a)]).toEqual([8, -8, 32256, -32256]);
    expect([...one(7, 8, 0xff, 0x7f, 0x80, 0x00)]).toEqual([0, -0, 32124, -32124].map((x) => x + 0));
  });

  it('passes over chunks it does not know, also of an odd length', () => {
    const sound = readWav(file([{ name: 'LIST', body: Uint8Array.of(1, 2, 3) }, { name: 'fmt ', body: fmt(1, 1, 16) }, { name: 'fact', body: Uint8Array.of(9) }, { name: 'data', body: Uint8Array.of(5, 0) }]));
    expect([...sound.channels[0]!]).toEqual([5]);
  });

  it('reads the extensible header', () => {
    const extra = [22, 0, 16, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113];
    expect([...readWav(file([{ name: 'fmt ', body: fmt(0xfffe, 1, 16, 8000, extra) }, { name: 'data', body: Uint8Array.of(7, 0) }])).channels[0]!]).toEqual([7]);
  });

  it('takes what is there of a file that was cut off or is still written to', () => {
    const head = { name: 'fmt ', body: fmt(1, 2, 16) };
    const body = Uint8Array.of(1, 0, 2, 0, 3, 0); // a frame and a half
    const cut = readWav(file([head, { name: 'data', body, size: 4000 }]));
    expect(cut).toMatchObject({ cut: true });
    expect(cut.channels.map((c) => c.length)).toEqual([1, 1]);
    for (const size of [0, 0xffffffff]) expect(readWav(file([head, { name: 'data', body, size }]))).toMatchObject({ cut: false, seconds: 1 / 8000 });
  });

  it('says what is wrong with others', () => {
    const data = { name: 'data', body: Uint8Array.of(1, 2) };
    expect(fault(new ArrayBuffer(0))).toBe('not_wav');
    expect(fault(Uint8Array.from(text('<!doctype html><html>')).buffer as ArrayBuffer)).toBe('not_wav');
    expect(fault(file([]))).toBe('not_wav');
    expect(fault(file([data]))).toBe('unsupported');
    expect(fault(file([{ name: 'fmt ', body: fmt(1, 1, 16).slice(0, 8) }, data]))).toBe('unsupported');
    expect(fault(file([{ name: 'fmt ', body: fmt(1, 1, 16) }]))).toBe('empty');
    for (const bad of [fmt(1, 0, 16), fmt(1, 99, 16), fmt(1, 1, 12), fmt(85, 1, 16), fmt(1, 1, 16, 0), fmt(1, 1, 16, 4e9), fmt(3, 1, 64)]) expect(fault(file([{ name: 'fmt ', body: bad }, data]))).toBe('unsupported');
  });

  it('never throws anything else, whatever the bytes', () => {
    let seed = 1;
    const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
    const good = new Uint8Array(writeWav({ rate: 8000, channels: [new Int16Array(40).fill(9), new Int16Array(40)] }));
    for (let round = 0; round < 3000; round++) {
      const bytes = good.slice(0, random(4) ? good.length : random(good.length + 1));
      for (let i = random(8); i > 0; i--) if (bytes.length) bytes[random(Math.min(bytes.length, 60))] = random(256);
      const said = fault(bytes.buffer as ArrayBuffer);
      expect(['none', 'not_wav', 'unsupported', 'empty']).toContain(said);
    }
  });

  it('writes what it reads', () => {
    const channels = [Int16Array.from({ length: 100 }, (_, i) => i * 300 - 15000)];
    expect([...readWav(writeWav({ rate: 16000, channels })).channels[0]!]).toEqual([...channels[0]!]);
    expect(readWav(writeWav({ rate: 8000, channels: [] as Int16Array[] }).byteLength ? writeWav({ rate: 8000, channels: [new Int16Array(0)] }) : new ArrayBuffer(0)).seconds).toBe(0);
  });
});
