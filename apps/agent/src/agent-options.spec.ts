import { expect, it } from 'vitest';
import { readAgentOptions } from './agent-options.ts';

it('takes the words of the unit, whole paths only', () => {
  expect(readAgentOptions(['--state', '/var/lib/a', '--manifest', '/etc/a.yaml'])).toEqual({
    state: '/var/lib/a',
    manifest: '/etc/a.yaml',
    profiles: '/usr/lib/holdfast-agent/profiles',
    socket: undefined,
    patience: 1,
  });
  for (const words of [['--state', 'here'], ['--socket', 'a.sock'], ['--port', '1'], ['--patience', '0'], ['more']])
    expect(() => readAgentOptions(words), words.join(' ')).toThrow(expect.objectContaining({ code: 'AGENT_OPTION_INVALID' }));
});
