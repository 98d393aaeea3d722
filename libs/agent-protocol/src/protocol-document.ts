import { z } from 'zod';
import { mostFrameBytes } from './frame.ts';
import { protocolVersion, replySchema, requestSchema } from './message.schema.ts';
import { agentVerbs } from './verbs.ts';

/** The protocol for readers and programs of other languages: `contracts/agent-protocol.json`. */
export function agentProtocolDocument(): object {
  const verbs = Object.entries(agentVerbs).map(([name, { request, reply, ...rest }]) => [
    name,
    { ...rest, request: z.toJSONSchema(request, { io: 'input' }), reply: z.toJSONSchema(reply, { io: 'output' }) },
  ]);
  return {
    version: protocolVersion,
    frame: { length: 'u32, big-endian', body: 'JSON in UTF-8', mostBytes: mostFrameBytes },
    request: z.toJSONSchema(requestSchema, { io: 'input' }),
    reply: z.toJSONSchema(replySchema, { io: 'output' }),
    verbs: Object.fromEntries(verbs),
  };
}
