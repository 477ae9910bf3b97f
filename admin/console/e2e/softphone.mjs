// A supervisor's telephone: a softphone that registers with the switch, rings, is picked up and hung up, hears and speaks.
// SIP and RTP over UDP on this machine, as much of them as the switch needs of a telephone.
import { createHash, randomUUID } from 'node:crypto';
import { until } from './steps.mjs';
import { bound, host } from './udp.mjs';

const md5 = (text) => createHash('md5').update(text).digest('hex');
const tag = () => randomUUID().slice(0, 8);
const PCMU = 0;
const PCMA = 8;
const speech = Buffer.from(Array.from({ length: 160 }, (_, i) => (i % 20 < 10 ? 0x85 : 0x05))); // 400 Hz in A-law

/** parsed takes a SIP message apart. Headers are lists, by their names in small letters. */
function parsed(data) {
  const [head, body = ''] = data.toString('utf8').split('\r\n\r\n');
  const [first, ...lines] = head.split('\r\n');
  const headers = {};
  for (const line of lines) {
    const [, name, value] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
    if (name) (headers[name.trim().toLowerCase()] ??= []).push(value);
  }
  const code = /^SIP\/2\.0 (\d+)/.exec(first)?.[1];
  return { code: code && Number(code), method: code ? undefined : first.split(' ')[0], headers, body, one: (name) => headers[name]?.[0] ?? '' };
}

/** softphone registers a telephone for an extension and gives it into somebody's hand. */
export async function softphone(exchange, extension, password) {
  const [, switchPort] = exchange.split(':').map(Number);
  const sip = await bound();
  const me = `${host}:${sip.address().port}`;
  let ringing; // the INVITE that is not answered yet
  let talk; // the call that is
  const sent = { invite: '' }; // the last answer to the INVITE, for when it is asked again
  const heard = { byes: 0, cancels: 0, packets: 0, voiced: 0 };
  const waiting = new Map(); // CSeq and method of a request: what takes the response

  const send = (lines, body = '', to = { port: switchPort, address: host }) => {
    const text = [...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
    sip.send(text, to.port, to.address);
    return text;
  };
  function respond(req, from, code, reason, more = [], body = '') {
    const to = code > 100 && !/;tag=/.test(req.one('to')) ? `${req.one('to')};tag=${(req.tag ??= tag())}` : req.one('to');
    return send([`SIP/2.0 ${code} ${reason}`, ...req.headers.via.map((v) => `Via: ${v}`), `From: ${req.one('from')}`, `To: ${to}`, `Call-ID: ${req.one('call-id')}`, `CSeq: ${req.one('cseq')}`, `Contact: <sip:${extension}@${me}>`, ...more], body, from);
  }
  async function request(method, uri, seq, lines, to) {
    const answer = new Promise((resolve) => waiting.set(`${seq} ${method}`, resolve));
    send([`${method} ${uri} SIP/2.0`, `Via: SIP/2.0/UDP ${me};branch=z9hG4bK${tag()}${tag()};rport`, 'Max-Forwards: 70', `CSeq: ${seq} ${method}`, `Contact: <sip:${extension}@${me}>`, ...lines], '', to);
    let late;
    const patience = new Promise((_, fail) => (late = setTimeout(() => fail(new Error(`the switch leaves ${method} unanswered`)), 30_000)));
    return Promise.race([answer, patience]).finally(() => clearTimeout(late));
  }

  sip.on('message', (data, from) => {
    const m = parsed(data);
    if (m.code) {
      if (m.code >= 200) waiting.get(m.one('cseq'))?.(m);
      return;
    }
    const isMine = (c) => c && c.req.one('call-id') === m.one('call-id');
    if (m.method === 'INVITE') {
      if (isMine(ringing) || isMine(talk)) return void sip.send(sent.invite, from.port, from.address);
      ringing = { req: m, from };
      sent.invite = respond(m, from, 180, 'Ringing');
    } else if (m.method === 'CANCEL') {
      respond(m, from, 200, 'OK');
      if (!isMine(ringing)) return;
      heard.cancels++;
      respond(ringing.req, from, 487, 'Request Terminated');
      ringing = undefined;
    } else if (m.method === 'BYE') {
      respond(m, from, 200, 'OK');
      heard.byes++;
      over();
    } else if (m.method !== 'ACK') respond(m, from, 200, 'OK');
  });

  function over() {
    clearInterval(talk?.clock);
    talk?.rtp.close();
    talk = undefined;
  }

  async function register(expires) {
    const uri = `sip:${exchange}`;
    const common = [`From: <sip:${extension}@outdial>;tag=${tag()}`, `To: <sip:${extension}@outdial>`, `Call-ID: ${randomUUID()}`, `Expires: ${expires}`];
    const asked = await request('REGISTER', uri, 1, common);
    const [, realm] = /realm="([^"]*)"/.exec(asked.one('www-authenticate'));
    const [, nonce] = /nonce="([^"]*)"/.exec(asked.one('www-authenticate'));
    const cnonce = tag();
    const response = md5([md5(`${extension}:${realm}:${password}`), nonce, '00000001', cnonce, 'auth', md5(`REGISTER:${uri}`)].join(':'));
    const credentials = `Authorization: Digest username="${extension}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=MD5, cnonce="${cnonce}", qop=auth, nc=00000001`;
    const { code } = await request('REGISTER', uri, 2, [...common, credentials]);
    if (code !== 200) throw new Error(`the switch answers REGISTER with ${code}`);
  }
  await register(600);

  return {
    /** What it has heard: packets, those with a voice in them, and how often the other side hung up or gave up. */
    heard,
    speaks: false,
    /** rings waits until it rings. */
    rings: () => until(`the telephone ${extension} rings`, () => !!ringing),
    /** pickUp answers the call that rings. */
    async pickUp() {
      const { req, from } = ringing;
      const [, to] = /^c=IN IP4 (\S+)/m.exec(req.body);
      const [, port, formats] = /^m=audio (\d+) \S+ (.+)$/m.exec(req.body);
      const law = formats.trim().split(' ').map(Number).find((x) => x === PCMA || x === PCMU);
      const rtp = await bound();
      const segment = law === PCMA ? (b) => ((b ^ 0x55) >> 4) & 7 : (b) => (~b >> 4) & 7;
      rtp.on('message', (packet) => {
        heard.packets++;
        if (packet.subarray(12).some((b) => segment(b) >= 4)) heard.voiced++;
      });
      const header = Buffer.from([0x80, law, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]);
      const quiet = Buffer.alloc(160, law === PCMA ? 0xd5 : 0xff);
      let n = 0;
      const clock = setInterval(() => {
        header.writeUInt16BE(n & 0xffff, 2);
        header.writeUInt32BE(160 * n++, 4);
        rtp.send(Buffer.concat([header, this.speaks && law === PCMA ? speech : quiet]), Number(port), to);
      }, 20);
      talk = { req, from, rtp, clock };
      ringing = undefined;
      const sdp = ['v=0', `o=- 1 1 IN IP4 ${host}`, 's=-', `c=IN IP4 ${host}`, 't=0 0', `m=audio ${rtp.address().port} RTP/AVP ${law}`, 'a=sendrecv', ''].join('\r\n');
      sent.invite = respond(req, from, 200, 'OK', ['Content-Type: application/sdp'], sdp);
    },
    /** hears waits until a voice is heard that was not heard before. */
    hears() {
      const before = heard.voiced;
      return until('a voice at the telephone', () => heard.voiced > before + 10);
    },
    /** hangUp ends the call that it is in. */
    async hangUp() {
      const { req, from } = talk;
      const [, uri] = /<?(sip:[^>;\s]+)/.exec(req.one('contact'));
      await request('BYE', uri, 7, [`From: ${req.one('to')};tag=${req.tag}`, `To: ${req.one('from')}`, `Call-ID: ${req.one('call-id')}`], from);
      over();
    },
    /** away takes it off the switch. */
    async away() {
      over();
      await register(0).catch(() => {});
      sip.close();
    },
  };
}
