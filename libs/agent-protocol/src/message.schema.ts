import { z } from 'zod';
import { type AgentVerb, agentVerbs } from './verbs.ts';

/** Both sides refuse any other. */
export const protocolVersion = 1;

/** A request around the body of its verb. */
export const requestSchema = z.strictObject({
  version: z.literal(protocolVersion),
  verb: z.enum(Object.keys(agentVerbs) as [AgentVerb, ...AgentVerb[]]),
  claimedActor: z
    .string()
    .regex(/^[\w@.:+ -]{1,128}$/)
    .describe('On whose behalf, as the caller says; written down as claimed, never a reason to allow anything.'),
  body: z.unknown(),
});
export type AgentRequest = z.output<typeof requestSchema>;

/** An answer: the body of the verb's reply, or an error. */
export const replySchema = z.discriminatedUnion('ok', [
  z.strictObject({ version: z.literal(protocolVersion), ok: z.literal(true), body: z.unknown() }),
  z.strictObject({
    version: z.literal(protocolVersion),
    ok: z.literal(false),
    error: z.strictObject({
      code: z.string(),
      kind: z.string(),
      message: z.string(),
      action: z.string().optional(),
    }),
  }),
]);
export type AgentReply = z.output<typeof replySchema>;
