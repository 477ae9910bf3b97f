import { onScopeDispose, reactive, ref, shallowRef } from 'vue';
import { api, must } from '@/api/client';
import { problemOf, type ProblemError } from '@/api/problem';
import type { Source } from '../useTalk';
import { type Conversation, readSaid, silent, told } from './conversation';
import captureUrl from './capture.worklet.ts?worker&url';
import playbackUrl from './playback.worklet.ts?worker&url';

export type Phase = 'idle' | 'connecting' | 'talking' | 'ended';
export type Fault = 'insecure' | 'noMicrophone' | 'denied' | 'lost';

// useVoiceTalk is a talk with a script by voice: the browser's microphone and loudspeaker are the telephone.
export function useVoiceTalk() {
  const phase = ref<Phase>('idle');
  const fault = ref<Fault | null>(null);
  const refused = shallowRef<ProblemError | null>(null);
  const talk = shallowRef<Conversation>(silent);
  const level = ref(0);
  let socket: WebSocket | null = null;
  let sound: { context: AudioContext; microphone: MediaStream; player: AudioWorkletNode } | null = null;
  let attempt = 0;

  async function begin(script: number, source: Source, variables: Record<string, string>): Promise<void> {
    hangUp();
    const mine = ++attempt;
    const gone = () => mine !== attempt;
    phase.value = 'connecting';
    fault.value = refused.value = null;
    talk.value = silent;
    try {
      const microphone = await listen();
      if (gone()) return stop(microphone);
      sound = await wire(microphone, (frame, loud) => {
        level.value = loud;
        if (socket?.readyState === WebSocket.OPEN) socket.send(frame);
      });
      if (gone()) return release();
      const { url } = await must(api.POST('/api/v1/scripts/{id}/voice-talk', { params: { path: { id: script } }, body: { ...source, variables } }));
      if (gone()) return release();
      connect(url, gone);
    } catch (e) {
      if (gone()) return;
      release();
      phase.value = 'idle';
      if (e instanceof VoiceFault) fault.value = e.fault;
      else refused.value = problemOf(e);
    }
  }

  function connect(url: string, gone: () => boolean): void {
    const address = new URL(url, location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    socket = new WebSocket(address, 'outdial-talk');
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => !gone() && (phase.value = 'talking');
    socket.onmessage = (e: MessageEvent<ArrayBuffer | string>) => {
      if (gone()) return;
      if (typeof e.data !== 'string') return void sound?.player.port.postMessage(e.data, [e.data]);
      const said = readSaid(e.data);
      if (!said) return;
      talk.value = told(talk.value, said);
      if (said.type === 'turn' && said.interrupted) sound?.player.port.postMessage('clear');
      if (said.type === 'ended' || said.type === 'refused') finish();
    };
    socket.onclose = () => {
      if (gone() || phase.value === 'ended') return;
      fault.value = 'lost';
      finish();
    };
  }

  function finish(): void {
    phase.value = 'ended';
    release();
  }
  function release(): void {
    socket?.close();
    socket = null;
    level.value = 0;
    if (!sound) return;
    stop(sound.microphone);
    // What the robot said last is heard to its end.
    const { context } = sound;
    sound = null;
    setTimeout(() => void context.close(), 600);
  }
  // hangUp ends the talk as a callee does.
  function hangUp(): void {
    attempt++;
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: 'hangup' }));
    const was = phase.value;
    release();
    phase.value = was === 'talking' ? 'ended' : 'idle';
    if (was === 'talking' && !talk.value.ended) talk.value = { ...talk.value, ended: 'remote_hangup' };
  }
  const press = (keys: string) => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify({ type: 'digits', keys }));
  onScopeDispose(hangUp);
  return reactive({ phase, fault, refused, talk, level, begin, hangUp, press });
}

class VoiceFault extends Error {
  constructor(readonly fault: Fault) {
    super(fault);
  }
}
const stop = (s: MediaStream) => s.getTracks().forEach((x) => x.stop());

async function listen(): Promise<MediaStream> {
  // Browsers give the microphone to encrypted pages and to this machine alone.
  if (!navigator.mediaDevices?.getUserMedia) throw new VoiceFault('insecure');
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true } });
  } catch (e) {
    throw new VoiceFault((e as Error).name === 'NotAllowedError' ? 'denied' : 'noMicrophone');
  }
}

async function wire(microphone: MediaStream, heard: (frame: ArrayBuffer, level: number) => void) {
  const context = new AudioContext({ latencyHint: 'interactive' });
  await Promise.all([context.audioWorklet.addModule(captureUrl), context.audioWorklet.addModule(playbackUrl)]);
  await context.resume();
  const capture = new AudioWorkletNode(context, 'capture', { numberOfInputs: 1, numberOfOutputs: 0, channelCount: 1, channelCountMode: 'explicit' });
  capture.port.onmessage = (e: MessageEvent<{ frame: ArrayBuffer; level: number }>) => heard(e.data.frame, e.data.level);
  context.createMediaStreamSource(microphone).connect(capture);
  const player = new AudioWorkletNode(context, 'playback', { numberOfInputs: 0, numberOfOutputs: 1, outputChannelCount: [1] });
  player.connect(context.destination);
  return { context, microphone, player };
}
