import { parseArgs } from 'node:util';
import { HoldfastError } from '#kernel';

const options = {
  manifest: { type: 'string', default: '/etc/holdfast/appliance.yaml' },
  profiles: { type: 'string', default: '/usr/lib/holdfast-agent/profiles' },
  state: { type: 'string', default: '/var/lib/holdfast-agent' },
  socket: { type: 'string' },
} as const;

/** What the agent is told by its unit. Whole paths; without a socket it needs one from systemd. */
export interface AgentOptions {
  manifest: string;
  profiles: string;
  state: string;
  socket: string | undefined;
}

/** Reads the words of the unit. Throws AGENT_OPTION_INVALID. */
export function readAgentOptions(words: readonly string[]): AgentOptions {
  const { manifest, profiles, state, socket } = parse(words);
  const partial = [manifest, profiles, state, socket ?? '/'].find((path) => !path.startsWith('/'));
  if (partial !== undefined) throw invalid(`${partial} is no whole path`);
  return { manifest, profiles, state, socket };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, strict: true }).values;
  } catch (cause) {
    throw invalid((cause as Error).message.replace(/\.?$/, ''));
  }
}

function invalid(what: string): HoldfastError {
  return new HoldfastError('AGENT_OPTION_INVALID', {
    kind: 'invalid',
    message: `The agent cannot start: ${what}.`,
    action: 'Compare the unit with systemd/holdfast-agent.service.',
  });
}
