import { createConnection } from 'node:net';
import type { HoldfastError } from '#kernel';
import { agentError, errorFromWire } from './agent-error.ts';
import { encodeFrame, FrameReader } from './frame.ts';
import { protocolVersion, replySchema } from './message.schema.ts';
import { type AgentVerb, agentVerbs, type ReplyOf, type RequestOf } from './verbs.ts';

/** Where systemd has the agent listen. */
export const agentSocketPath = '/run/holdfast/agent.sock';
/** An answer may come this much later than the agent's own deadline before the agent counts as gone. */
const graceMs = 2_000;

function unavailable(why: string, cause?: unknown): HoldfastError {
  const action = 'Plans can be read without it; to apply them, start it: systemctl start holdfast-agent.socket.';
  return agentError('HOST_CONTROL_UNAVAILABLE', `host control unavailable: ${why}`, action, { cause });
}

const words: Record<string, string> = {
  ENOENT: 'no agent is installed, or it does not run',
  ECONNREFUSED: 'the agent does not run',
  EACCES: 'this account may not speak to the agent',
};

/** Sends one message and answers the first that comes back. Throws HOST_CONTROL_UNAVAILABLE. */
function exchange(socketPath: string, message: Buffer, limitMs: number): Promise<unknown> {
  return new Promise((settle, fail) => {
    const reader = new FrameReader();
    const socket = createConnection({ path: socketPath }, () => socket.write(message));
    const end = (act: () => void) => {
      clearTimeout(timer);
      socket.destroy();
      act();
    };
    const timer = setTimeout(() => end(() => fail(unavailable(`no answer within ${limitMs} ms`))), limitMs);
    socket.on('error', (cause: NodeJS.ErrnoException) =>
      end(() => fail(unavailable(`${words[cause.code ?? ''] ?? cause.message} (${socketPath})`, cause))),
    );
    socket.on('close', () => end(() => fail(unavailable('the agent hung up without an answer'))));
    socket.on('data', (piece) => {
      try {
        for (const answer of reader.read(piece)) return end(() => settle(answer));
      } catch (cause) {
        end(() => fail(unavailable('its answer makes no sense', cause)));
      }
    });
  });
}

/** Speaks to the host agent: one connection, one request, one answer. */
export class AgentClient {
  readonly socketPath: string;
  private readonly claimedActor: string;

  constructor(claimedActor: string, socketPath: string = agentSocketPath) {
    this.claimedActor = claimedActor;
    this.socketPath = socketPath;
  }

  /** Throws HOST_CONTROL_UNAVAILABLE where there is no agent, and whatever the agent answers as an error. */
  async call<Verb extends AgentVerb>(verb: Verb, body: RequestOf<Verb>): Promise<ReplyOf<Verb>> {
    const { deadlineSeconds, reply } = agentVerbs[verb];
    const message = encodeFrame({ version: protocolVersion, verb, claimedActor: this.claimedActor, body });
    const answer = replySchema.safeParse(await exchange(this.socketPath, message, deadlineSeconds * 1000 + graceMs));
    if (!answer.success) throw unavailable('it speaks another version of the protocol', answer.error);
    if (!answer.data.ok) throw errorFromWire(answer.data.error);
    const told = reply.safeParse(answer.data.body);
    if (!told.success) throw unavailable(`its answer to ${verb} has another shape`, told.error);
    return told.data as ReplyOf<Verb>;
  }
}
