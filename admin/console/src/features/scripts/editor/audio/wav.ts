// A recording as a WAV file: PCM, 16 bit, one channel.
export function encodeWav(samples: Float32Array, rate: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(44 + samples.length * 2);
  const v = new DataView(out.buffer);
  const text = (at: number, s: string) => [...s].forEach((c, i) => v.setUint8(at + i, c.charCodeAt(0)));
  text(0, 'RIFF');
  v.setUint32(4, 36 + samples.length * 2, true);
  text(8, 'WAVEfmt ');
  v.setUint32(16, 16, true);
  v.setUint16(20, 1, true); // PCM
  v.setUint16(22, 1, true); // channels
  v.setUint32(24, rate, true);
  v.setUint32(28, rate * 2, true);
  v.setUint16(32, 2, true);
  v.setUint16(34, 16, true);
  text(36, 'data');
  v.setUint32(40, samples.length * 2, true);
  for (let i = 0; i < samples.length; i++) {
    const s = Math.max(-1, Math.min(1, samples[i]));
    v.setInt16(44 + i * 2, Math.round(s < 0 ? s * 0x8000 : s * 0x7fff), true);
  }
  return out;
}

// trimmed leaves out the silence before the first and after the last sound, but for a short rest.
export function trimmed(samples: Float32Array, rate: number): Float32Array {
  const floor = 0.01;
  const rest = Math.round(rate * 0.15);
  let from = 0;
  let to = samples.length;
  while (from < to && Math.abs(samples[from]) < floor) from++;
  while (to > from && Math.abs(samples[to - 1]) < floor) to--;
  if (from === to) return samples.slice(0, 0);
  return samples.slice(Math.max(0, from - rest), Math.min(samples.length, to + rest));
}
