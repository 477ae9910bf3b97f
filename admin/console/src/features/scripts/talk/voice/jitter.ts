// JitterBuffer evens out what the network brings unevenly. It begins to play when a little has come, plays silence when it
// runs dry, and then waits for a little again. What piles up beyond a bound is left out, oldest first: a talk must stay near
// to now.
export class JitterBuffer {
  private readonly chunks: Float32Array[] = [];
  private held = 0;
  private offset = 0; // into the first chunk
  private playing = false;
  private dry = 0;
  private dropped = 0;

  // Both in samples.
  constructor(
    private readonly ahead: number,
    private readonly most: number,
  ) {}

  push(samples: Float32Array): void {
    if (samples.length === 0) return;
    this.chunks.push(samples);
    this.held += samples.length;
    // Down to what is wanted ahead, so that it is heard once and not at every frame.
    if (this.held > this.most) this.drop(this.held - this.ahead);
  }

  // pull fills what is to be played next and tells how much of it was there.
  pull(into: Float32Array): number {
    if (!this.playing && this.held >= this.ahead) this.playing = true;
    let done = 0;
    while (this.playing && done < into.length) {
      const first = this.chunks[0];
      if (!first) {
        this.playing = false;
        this.dry++;
        break;
      }
      const n = Math.min(into.length - done, first.length - this.offset);
      into.set(first.subarray(this.offset, this.offset + n), done);
      done += n;
      this.take(n);
    }
    into.fill(0, done);
    return done;
  }

  // clear forgets what was not played: somebody broke in.
  clear(): void {
    this.chunks.length = 0;
    this.held = this.offset = 0;
    this.playing = false;
  }

  get state() {
    return { held: this.held, playing: this.playing, dry: this.dry, dropped: this.dropped };
  }

  private drop(n: number): void {
    this.dropped += n;
    while (n > 0 && this.chunks[0]) {
      const here = Math.min(n, this.chunks[0].length - this.offset);
      this.take(here);
      n -= here;
    }
  }

  private take(n: number): void {
    this.offset += n;
    this.held -= n;
    if (this.offset >= this.chunks[0]!.length) {
      this.chunks.shift();
      this.offset = 0;
    }
  }
}
