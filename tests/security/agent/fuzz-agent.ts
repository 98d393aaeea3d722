import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { AgentClient, FrameReader } from '#agent-protocol';
import { environmentForChildren, findCheckout } from '#manifest';
import type { Box } from '../../../apps/agent/src/testing/box.ts';
import { HostileFrames } from './hostile-frames.ts';

const program = join(findCheckout(), 'apps/agent/src/testing/agent.child.ts');
const lanes = 4;
const batch = 50;
const answerMs = 60_000;

/** What a run of hostile messages has led to. */
export interface FuzzResult {
  frames: number;
  answers: number;
  /** Times that the machine was set, or the journal grew; must be 0. */
  acts: number;
  /** Whether the process lives and answers. */
  alive: boolean;
  residentMb: number;
}

/** Sends one connection's worth and answers how many answers came. Throws where fewer came than must. */
function converse(path: string, bytes: Buffer, expected: number): Promise<number> {
  return new Promise((settle, fail) => {
    const reader = new FrameReader();
    let answers = 0;
    const socket = createConnection({ path }, () => (expected === 0 ? socket.write(bytes, () => end()) : socket.write(bytes)));
    const end = (error?: Error) => {
      clearTimeout(timer);
      socket.destroy();
      if (error) fail(error);
      else settle(answers);
    };
    const timer = setTimeout(() => end(new Error(`${answers} of ${expected} answers in time`)), answerMs);
    socket.on('error', end);
    socket.on('close', () => end(new Error(`hung up after ${answers} of ${expected} answers`)));
    socket.on('data', (piece) => {
      for (const answer of reader.read(piece)) {
        if (typeof (answer as { ok?: unknown }).ok !== 'boolean') return end(new Error('an answer has no outcome'));
        answers += 1;
      }
      if (answers === expected) end();
    });
  });
}

async function runLane(path: string, count: number, seed: number): Promise<number> {
  const hostile = new HostileFrames(seed);
  let answers = 0;
  for (let sent = 0; sent < count; ) {
    const framed = Array.from({ length: Math.min(count - sent - 1, hostile.below(batch)) }, () => hostile.framed());
    const broken = hostile.broken();
    const expected = framed.length + (broken.expected === 'refusal' ? 1 : 0);
    answers += await converse(path, Buffer.concat([...framed, broken.bytes]), expected);
    sent += framed.length + 1;
  }
  return answers;
}

/** A journal in which more was written than fits into a message. */
function journalOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const __CURSOR = `s=${'a'.repeat(32)};i=${(index + 1).toString(16)};b=${'b'.repeat(32)};m=1;t=2;x=3`;
    return JSON.stringify({ __CURSOR, __REALTIME_TIMESTAMP: '1790000000000000', MESSAGE: 'a'.repeat(9000) });
  });
}

/** Sends so many hostile messages to an agent process at a real socket. */
export async function fuzzAgent(box: Box, frames: number, seed: number): Promise<FuzzResult> {
  box.host.change({ journal: { 'holdfast-api.service': journalOf(8) } });
  const child = spawn(process.execPath, ['--conditions=source', program, box.folder], {
    env: environmentForChildren(),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  await Promise.race([once(child, 'message'), exited]);
  try {
    const each = Math.ceil(frames / lanes);
    const counts = await Promise.all(Array.from({ length: lanes }, (_, lane) => runLane(box.socket, each, seed + lane)));
    const status = await new AgentClient('test', box.socket).call('status', {});
    const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
    return {
      frames: each * lanes,
      answers: counts.reduce((sum, count) => sum + count, 0),
      acts: box.host.state.acts + status.journal.entries,
      alive: child.exitCode === null && child.signalCode === null,
      residentMb: Math.round(Number(resident) / 1024),
    };
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
}
