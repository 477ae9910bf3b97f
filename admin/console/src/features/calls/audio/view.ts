// Which part of a recording the waveform shows.
export interface View {
  from: number;
  to: number;
}

export const whole = (seconds: number): View => ({ from: 0, to: Math.max(seconds, 0.1) });

// closeUp shows `span` seconds around a moment, within the recording.
export function closeUp(at: number, span: number, seconds: number): View {
  if (span >= seconds) return whole(seconds);
  const from = Math.max(0, Math.min(seconds - span, at - span / 2));
  return { from, to: from + span };
}

// following turns the page when playing leaves the shown part.
export function following(v: View, at: number, seconds: number): View {
  const span = v.to - v.from;
  if (at >= v.from && at <= v.to - span * 0.05) return v;
  return closeUp(at + span * 0.4, span, seconds);
}

export function moved(v: View, by: number, seconds: number): View {
  return closeUp((v.from + v.to) / 2 + by, v.to - v.from, seconds);
}
