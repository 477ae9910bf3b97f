// Peaks are what a waveform is drawn from: the loudest sample of every bucket, 0 to 1, at two levels. Fine ones are for
// looking closely, coarse ones for the whole call at once.

export interface Peaks {
  every: number; // seconds per bucket
  lanes: Float32Array[]; // one per channel
}
export interface Levels {
  seconds: number;
  fine: Peaks;
  coarse: Peaks;
}
export interface Stretch {
  from: number; // seconds
  to: number;
}

const fineEvery = 0.01;
const finePerCoarse = 10;

export function levelsOf(channels: Int16Array[], rate: number): Levels {
  const fine = peaksOf(channels, rate, fineEvery);
  return { seconds: (channels[0]?.length ?? 0) / rate, fine, coarse: coarser(fine, finePerCoarse) };
}

export function peaksOf(channels: Int16Array[], rate: number, every: number): Peaks {
  const size = Math.max(1, Math.round(rate * every));
  const lanes = channels.map((samples) => {
    const out = new Float32Array(Math.ceil(samples.length / size));
    for (let b = 0; b < out.length; b++) {
      let most = 0;
      const end = Math.min(samples.length, (b + 1) * size);
      for (let i = b * size; i < end; i++) {
        const v = samples[i]!;
        const loud = v < 0 ? -v : v;
        if (loud > most) most = loud;
      }
      out[b] = most / 32768;
    }
    return out;
  });
  return { every: size / rate, lanes };
}

export function coarser(p: Peaks, times: number): Peaks {
  const lanes = p.lanes.map((lane) => {
    const out = new Float32Array(Math.ceil(lane.length / times));
    for (let i = 0; i < lane.length; i++) {
      const b = Math.floor(i / times);
      if (lane[i]! > out[b]!) out[b] = lane[i]!;
    }
    return out;
  });
  return { every: p.every * times, lanes };
}

// loudest is the highest peak between two moments, which is one column of pixels.
export function loudest(p: Peaks, lane: number, from: number, to: number): number {
  const peaks = p.lanes[lane];
  if (!peaks) return 0;
  const first = Math.max(0, Math.floor(from / p.every));
  const last = Math.min(peaks.length, Math.max(first + 1, Math.ceil(to / p.every)));
  let most = 0;
  for (let i = first; i < last; i++) if (peaks[i]! > most) most = peaks[i]!;
  return most;
}

// A telephone line is never quite silent: what stays below this is noise (about -40 dB).
const noise = 0.01;

// silences are the stretches of at least `least` seconds in which nobody is heard.
export function silences(p: Peaks, least = 1): Stretch[] {
  const length = Math.max(0, ...p.lanes.map((l) => l.length));
  const out: Stretch[] = [];
  let begin = -1;
  for (let i = 0; i <= length; i++) {
    const quiet = i < length && p.lanes.every((l) => (l[i] ?? 0) < noise);
    if (quiet && begin < 0) begin = i;
    if (!quiet && begin >= 0) {
      if ((i - begin) * p.every >= least - 1e-6) out.push({ from: begin * p.every, to: i * p.every });
      begin = -1;
    }
  }
  return out;
}
