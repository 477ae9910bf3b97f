// What the server says in text beside the sound. Members that a message has no use for are left out.
export interface Said {
  type: 'turn' | 'state' | 'ended' | 'refused';
  seq?: number;
  speaker?: 'robot' | 'callee';
  text?: string;
  kind?: string;
  intent?: string;
  score?: number;
  reply_ms?: number;
  interrupted?: boolean;
  node?: string;
  grade?: string;
  labels?: string[] | null;
  cause?: string;
  reason?: string;
}

export interface Turn {
  key: string;
  speaker: 'robot' | 'callee';
  text: string;
  node: string;
  kind: string; // what a callee's sentence was taken for
  intent: string;
  replyMs: number;
  interrupted: boolean;
}
export interface Conversation {
  turns: Turn[];
  node: string;
  grade: string;
  labels: string[];
  ended: string; // why; empty while it goes on
  refused: string;
}
export const silent: Conversation = { turns: [], node: '', grade: '', labels: [], ended: '', refused: '' };

const types = ['turn', 'state', 'ended', 'refused'];

// readSaid takes a message apart. One of a kind that this console does not know is left out.
export function readSaid(message: string): Said | undefined {
  try {
    const m = JSON.parse(message) as Partial<Said> | null;
    return m && types.includes(m.type ?? '') ? (m as Said) : undefined;
  } catch {
    return undefined;
  }
}

// told is the conversation after a message. A turn that comes again, or after those that were said into it,
// takes its own place.
export function told(c: Conversation, m: Said): Conversation {
  const stands = { ...c, node: m.node || c.node, grade: m.grade || c.grade, labels: m.labels ?? c.labels };
  if (m.type === 'state') return stands;
  if (m.type === 'ended') return { ...stands, ended: m.cause || 'remote_hangup' };
  if (m.type === 'refused') return { ...c, refused: m.reason || '–', ended: c.ended || 'remote_hangup' };
  const turn: Turn = {
    key: `${m.seq ?? c.turns.length}`, speaker: m.speaker === 'callee' ? 'callee' : 'robot', text: m.text ?? '', node: m.node ?? '', kind: m.kind ?? '', intent: m.intent ?? '',
    replyMs: m.reply_ms ?? 0, interrupted: !!m.interrupted,
  };
  const others = c.turns.filter((x) => x.key !== turn.key);
  return { ...c, turns: [...others, turn].sort((a, b) => Number(a.key) - Number(b.key)) };
}
