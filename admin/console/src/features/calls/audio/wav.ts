// Reads and writes WAV files: what a recording's waveform is drawn from, and what the browser is given to play. Files
// come from the server, yet they may be cut off, or still be written to while they are read.

export interface Sound {
  rate: number;
  channels: Int16Array[];
  seconds: number;
  cut: boolean; // the file promised more than it holds
  pcm: boolean; // as it is, every browser plays it
}

export type WavFault = 'not_wav' | 'unsupported' | 'empty';
export class WavError extends Error {
  constructor(readonly fault: WavFault) {
    super(`WAV: ${fault}`);
    this.name = 'WavError';
  }
}

const codes = { pcm: 1, float: 3, alaw: 6, mulaw: 7, extensible: 0xfffe };
const mostChannels = 8;

interface Format {
  code: number;
  channels: number;
  rate: number;
  bits: number;
}

export function readWav(file: ArrayBuffer): Sound {
  const view = new DataView(file);
  if (view.byteLength < 12 || tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') throw new WavError('not_wav');
  let format: Format | undefined;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const name = tag(view, at);
    const promised = view.getUint32(at + 4, true);
    const begin = at + 8;
    const size = Math.min(promised, view.byteLength - begin);
    if (name === 'fmt ') format = readFormat(view, begin, size);
    if (name === 'data') {
      if (!format) throw new WavError('unsupported');
      // A file that is still written to has a length of nothing, or of everything.
      const open = promised === 0 || promised === 0xffffffff;
      const length = open ? view.byteLength - begin : size;
      return decode(view, begin, length, format, !open && size < promised);
    }
    // Chunks are padded to an even length.
    at = begin + promised + (promised & 1);
  }
  throw new WavError(format ? 'empty' : 'not_wav');
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function readFormat(view: DataView, at: number, size: number): Format {
  if (size < 16) throw new WavError('unsupported');
  const u16 = (offset: number) => view.getUint16(at + offset, true);
  const format = { code: u16(0), channels: u16(2), rate: view.getUint32(at + 4, true), bits: u16(14) };
  if (format.code === codes.extensible && size >= 26) format.code = u16(24);
  const { code, bits } = format;
  const known =
    (code === codes.pcm && [8, 16, 24, 32].includes(bits)) || (code === codes.float && bits === 32) || ((code === codes.alaw || code === codes.mulaw) && bits === 8);
  if (!known || format.channels < 1 || format.channels > mostChannels || format.rate < 1000 || format.rate > 384_000) throw new WavError('unsupported');
  return format;
}

function decode(view: DataView, begin: number, length: number, f: Format, cut: boolean): Sound {
  const bytes = f.bits / 8;
  const frames = Math.floor(length / (bytes * f.channels));
  const channels = Array.from({ length: f.channels }, () => new Int16Array(frames));
  const sample = reader(view, f);
  for (let i = 0, at = begin; i < frames; i++) {
    for (let c = 0; c < f.channels; c++, at += bytes) channels[c]![i] = sample(at);
  }
  return { rate: f.rate, channels, seconds: frames / f.rate, cut, pcm: f.code === codes.pcm && f.bits === 16 };
}

function reader(view: DataView, f: Format): (at: number) => number {
  switch (f.code) {
    case codes.alaw:
      return (at) => alaw[view.getUint8(at)]!;
    case codes.mulaw:
      return (at) => mulaw[view.getUint8(at)]!;
    case codes.float:
      return (at) => {
        const v = view.getFloat32(at, true);
        return Number.isNaN(v) ? 0 : Math.round(Math.max(-1, Math.min(1, v)) * 32767);
      };
  }
  switch (f.bits) {
    case 8:
      return (at) => (view.getUint8(at) - 128) << 8;
    case 24:
      return (at) => view.getInt16(at + 1, true);
    case 32:
      return (at) => view.getInt16(at + 2, true);
    default:
      return (at) => view.getInt16(at, true);
  }
}

// G.711 by its definition: sign, three bits of exponent, four of mantissa.
const alaw = Int16Array.from({ length: 256 }, (_, byte) => {
  const b = byte ^ 0x55;
  const exponent = (b >> 4) & 7;
  const mantissa = ((b & 15) << 4) + 8;
  const size = exponent === 0 ? mantissa : (mantissa + 256) << (exponent - 1);
  return b & 0x80 ? size : -size;
});
const mulaw = Int16Array.from({ length: 256 }, (_, byte) => {
  const b = ~byte & 0xff;
  const size = ((((b & 15) << 3) + 132) << ((b >> 4) & 7)) - 132;
  return b & 0x80 ? -size : size;
});

// writeWav makes 16-bit PCM of what was read, which every browser plays.
export function writeWav(sound: Pick<Sound, 'rate' | 'channels'>): ArrayBuffer {
  const count = sound.channels.length;
  const frames = sound.channels[0]?.length ?? 0;
  const out = new DataView(new ArrayBuffer(44 + frames * count * 2));
  const put = (at: number, text: string) => [...text].forEach((ch, i) => out.setUint8(at + i, ch.charCodeAt(0)));
  put(0, 'RIFF');
  out.setUint32(4, out.byteLength - 8, true);
  put(8, 'WAVEfmt ');
  out.setUint32(16, 16, true);
  out.setUint16(20, codes.pcm, true);
  out.setUint16(22, count, true);
  out.setUint32(24, sound.rate, true);
  out.setUint32(28, sound.rate * count * 2, true);
  out.setUint16(32, count * 2, true);
  out.setUint16(34, 16, true);
  put(36, 'data');
  out.setUint32(40, frames * count * 2, true);
  for (let i = 0, at = 44; i < frames; i++) {
    for (let c = 0; c < count; c++, at += 2) out.setInt16(at, sound.channels[c]![i]!, true);
  }
  return out.buffer as ArrayBuffer;
}
