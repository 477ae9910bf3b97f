import { onScopeDispose, reactive, ref } from 'vue';

export const speeds = [0.75, 1, 1.25, 1.5, 2] as const;

// usePlayer plays one recording and tells where it is, once a frame while it plays. A second sound, as one sentence's own
// recording, stops the first.
export function usePlayer() {
  const audio = new Audio();
  audio.preload = 'auto';
  const at = ref(0);
  const seconds = ref(0);
  const playing = ref(false);
  const ready = ref(false);
  const failed = ref(false);
  const speed = ref(1);
  let address = '';
  let frame = 0;

  function follow(): void {
    at.value = audio.currentTime;
    frame = audio.paused ? 0 : requestAnimationFrame(follow);
  }
  audio.onplay = () => {
    playing.value = true;
    cancelAnimationFrame(frame);
    follow();
  };
  audio.onpause = audio.onended = () => {
    playing.value = false;
    at.value = audio.currentTime;
  };
  audio.onseeked = () => (at.value = audio.currentTime);
  audio.onloadedmetadata = () => (ready.value = true);
  audio.onerror = () => (failed.value = address !== '');

  function load(file: ArrayBuffer, length: number): void {
    if (address) URL.revokeObjectURL(address);
    address = URL.createObjectURL(new Blob([file], { type: 'audio/wav' }));
    ready.value = failed.value = false;
    audio.src = address;
    audio.playbackRate = speed.value;
    seconds.value = length;
    at.value = 0;
  }
  async function play(): Promise<void> {
    if (!address) return;
    other?.pause();
    if (audio.ended || at.value >= seconds.value - 0.05) audio.currentTime = 0;
    try {
      await audio.play();
    } catch (e) {
      // A pause that comes before playing has begun is no failure.
      if (!(e instanceof DOMException && e.name === 'AbortError')) failed.value = true;
    }
  }
  const pause = () => audio.pause();
  // sentence plays another recording, of one turn; the whole call falls silent meanwhile.
  let other: HTMLAudioElement | null = null;
  function sentence(from: string): void {
    pause();
    other?.pause();
    other = new Audio(from);
    other.playbackRate = speed.value;
    other.play().catch((e: unknown) => {
      if (!(e instanceof DOMException && e.name === 'AbortError')) failed.value = true;
    });
  }
  const toggle = () => (audio.paused ? play() : pause());
  function seek(to: number): void {
    if (!address) return;
    const place = Math.max(0, Math.min(seconds.value, to));
    audio.currentTime = place;
    at.value = place;
  }
  function setSpeed(to: number): void {
    speed.value = to;
    audio.playbackRate = to;
  }
  onScopeDispose(() => {
    cancelAnimationFrame(frame);
    audio.onerror = null;
    audio.pause();
    other?.pause();
    audio.removeAttribute('src');
    if (address) URL.revokeObjectURL(address);
  });

  return reactive({ at, seconds, playing, ready, failed, speed, load, play, pause, toggle, seek, setSpeed, sentence });
}
export type Player = ReturnType<typeof usePlayer>;
