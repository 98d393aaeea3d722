import { agentVerbs, encodeFrame, mostFrameBytes } from '#agent-protocol';

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What an agent does with a message: it answers, answers and hangs up, or waits for more. */
export type Expected = 'answer' | 'refusal' | 'nothing';

const verbs = Object.keys(agentVerbs);
const words = [
  '',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/shadow',
  '/bin/sh',
  'ssh.service',
  '; reboot',
  '\u0000',
  '💥',
  'a'.repeat(300),
];

/** As the journal writes it (sd_journal_get_cursor(3)). */
const goodCursor = `s=${'a'.repeat(32)};i=1f;b=${'b'.repeat(32)};m=1;t=2;x=3`;

/** Makes messages that nobody should send: each is refused, or a mere question; none may have the machine changed. */
export class HostileFrames {
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** A message that is framed as it should be. */
  framed(): Buffer {
    const kind = this.random();
    if (kind < 0.35) return encodeFrame(this.value(3));
    if (kind < 0.6)
      return encodeFrame({ ...this.envelope(), [this.pick(['version', 'verb', 'claimedActor', 'more'])]: this.value(2) });
    if (kind < 0.98) return encodeFrame({ ...this.envelope(), body: this.value(3) });
    if (kind < 0.99) return encodeFrame({ ...this.envelope(), verb: 'services.logs', body: this.nearlyLogs() });
    return encodeFrame({ ...this.envelope(), body: this.nearlyRight() });
  }

  /** Bytes after which the agent is to hang up, or to wait for more. */
  broken(): { bytes: Buffer; expected: Expected } {
    const kind = this.random();
    const noise = this.bytes(1 + this.below(200));
    if (kind < 0.3)
      return {
        bytes: Buffer.concat([this.length(this.pick([0, mostFrameBytes + 1, 2 ** 31, 2 ** 32 - 1])), noise]),
        expected: 'refusal',
      };
    if (kind < 0.7) {
      noise[0] = 0xff;
      return { bytes: Buffer.concat([this.length(noise.length), noise]), expected: 'refusal' };
    }
    return { bytes: Buffer.concat([this.length(noise.length + 1), noise]), expected: 'nothing' };
  }

  private envelope(): Record<string, unknown> {
    return { version: 1, verb: this.pick(verbs), claimedActor: 'somebody', body: {} };
  }

  /** A body of the right shape that names nothing there is. */
  private nearlyRight(): unknown {
    const kind = this.below(5);
    if (kind === 0) return { generation: 1 + this.below(5) };
    if (kind === 1) return { kind: this.pick(['P', 'K', 'I', 'F']), subject: this.pick(words) };
    if (kind === 2) return { service: this.pick(words), idempotencyKey: '0f8fad5b-d9cb-469f-a165-70867728950e' };
    if (kind === 3) return { after: this.below(10), limit: this.below(300) };
    return {
      planId: this.hex(),
      topologyHash: this.hex(),
      baseGeneration: this.below(2),
      assignments: Object.fromEntries(['os', 'video', 'reserve'].map((id) => [id, [this.below(64), this.below(64)]])),
      budgets: { [this.pick(['video', 'stranger', ...words])]: { threads: this.below(9), memory: this.value(1) } },
      idempotencyKey: '0f8fad5b-d9cb-469f-a165-70867728950e',
      deadManSeconds: 5 + this.below(100),
    };
  }

  /** A question for a log whose words are right, or nearly so. */
  private nearlyLogs(): unknown {
    const at = this.below(goodCursor.length);
    const changed = goodCursor.slice(0, at) + this.pick([...words, ...'09afxg-=; \n']) + goodCursor.slice(at + 1);
    const after = this.pick([undefined, goodCursor, changed, changed, goodCursor + this.pick(words), this.pick(words)]);
    return {
      service: this.pick(['api', 'postgresql', 'agent', ...words]),
      lines: this.pick([1, 200, 1000, 1001, 0, -1, 1.5, '5', null]),
      after,
      ...(this.random() < 0.1 ? { [this.pick(words)]: this.value(1) } : {}),
    };
  }

  private value(depth: number): unknown {
    const kind = this.below(depth > 0 ? 9 : 6);
    if (kind === 0) return null;
    if (kind === 1) return this.random() < 0.5;
    if (kind === 2) return this.pick([0, -1, 1e308, 2 ** 53, this.random(), this.below(1000)]);
    if (kind < 6) return this.random() < 0.7 ? this.pick(words) : this.bytes(this.below(30)).toString('latin1');
    const size = this.below(5);
    if (kind < 7) return Array.from({ length: size }, () => this.value(depth - 1));
    const keys = [
      ...words,
      'planId',
      'assignments',
      'budgets',
      'generation',
      'video',
      'service',
      'subject',
      'idempotencyKey',
      'lines',
      'after',
    ];
    return Object.fromEntries(Array.from({ length: size }, () => [this.pick(keys), this.value(depth - 1)]));
  }

  private hex(): string {
    return this.bytes(32).toString('hex');
  }

  private bytes(count: number): Buffer {
    return Buffer.from(Array.from({ length: count }, () => this.below(256)));
  }

  private length(length: number): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(length);
    return bytes;
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  private pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}
