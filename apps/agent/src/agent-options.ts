import { parseArgs } from 'node:util';
import { HoldfastError } from '#kernel';

const options = {
  manifest: { type: 'string', default: '/etc/holdfast/appliance.yaml' },
  profiles: { type: 'string', default: '/usr/lib/holdfast-agent/profiles' },
  state: { type: 'string', default: '/var/lib/holdfast-agent' },
  socket: { type: 'string' },
  patience: { type: 'string', default: '1' },
} as const;

/** What the agent is told by its unit. Whole paths; without a socket it needs one from systemd. */
export interface AgentOptions {
  manifest: string;
  profiles: string;
  state: string;
  socket: string | undefined;
  /** Everything may take so many times as long as usual: an emulated machine is slow. */
  patience: number;
}

/** Reads the words of the unit. Throws AGENT_OPTION_INVALID. */
export function readAgentOptions(words: readonly string[]): AgentOptions {
  const { manifest, profiles, state, socket, patience: times } = parse(words);
  const partial = [manifest, profiles, state, socket ?? '/'].find((path) => !path.startsWith('/'));
  if (partial !== undefined) throw invalid(`${partial} is no whole path`);
  const patience = Number(times);
  if (!Number.isInteger(patience) || patience < 1 || patience > 100) throw invalid(`--patience ${times} is none of 1 to 100`);
  return { manifest, profiles, state, socket, patience };
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
