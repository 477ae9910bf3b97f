import { onScopeDispose, ref } from 'vue';
import { encodeWav, trimmed } from './wav';

const rate = 16_000; // twice what a telephone carries
const longest = 120_000; // ms

// useRecorder records from the microphone and gives a WAV file. `level` is how loud it is now, 0 to 1.
export function useRecorder() {
  const recording = ref(false);
  const level = ref(0);
  const startedAt = ref(0);
  let stream: MediaStream | undefined;
  let recorder: MediaRecorder | undefined;
  let context: AudioContext | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;
  let parts: Blob[] = [];
  let ended: Promise<void> | undefined;

  async function start(): Promise<void> {
    if (!navigator.mediaDevices?.getUserMedia) throw new DOMException('no microphone', 'NotFoundError');
    stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true, autoGainControl: false } });
    recorder = new MediaRecorder(stream);
    context = new AudioContext();
    const meter = context.createAnalyser();
    meter.fftSize = 1024;
    context.createMediaStreamSource(stream).connect(meter);
    const heard = new Float32Array(meter.fftSize);
    const look = () => {
      meter.getFloatTimeDomainData(heard);
      level.value = Math.min(1, Math.sqrt(heard.reduce((sum, s) => sum + s * s, 0) / heard.length) * 4);
      frame = requestAnimationFrame(look);
    };
    look();
    const r = recorder;
    parts = [];
    r.ondataavailable = (e) => parts.push(e.data);
    ended = new Promise((resolve) => (r.onstop = () => resolve()));
    r.start();
    recording.value = true;
    startedAt.value = Date.now();
    timer = setTimeout(() => r.state === 'recording' && r.stop(), longest);
  }

  // stop gives the file; undefined when nothing was heard.
  async function stop(): Promise<File | undefined> {
    const r = recorder;
    if (!r) return undefined;
    if (r.state === 'recording') r.stop();
    await ended;
    release();
    return wavOf(await new Blob(parts, { type: r.mimeType }).arrayBuffer());
  }

  function release(): void {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
    stream?.getTracks().forEach((t) => t.stop());
    void context?.close();
    stream = recorder = context = undefined;
    recording.value = false;
    level.value = 0;
  }
  onScopeDispose(release);
  return { recording, level, startedAt, start, stop, cancel: release };
}

// wavOf decodes what the browser recorded and makes it a file that the server takes.
async function wavOf(encoded: ArrayBuffer): Promise<File | undefined> {
  const decoded = await new OfflineAudioContext(1, 1, rate).decodeAudioData(encoded);
  const samples = trimmed(decoded.getChannelData(0), decoded.sampleRate);
  return samples.length === 0 ? undefined : new File([encodeWav(samples, decoded.sampleRate)], 'recording.wav', { type: 'audio/wav' });
}
