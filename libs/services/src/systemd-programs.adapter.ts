import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { HoldfastError } from '#kernel';
import { unitProperties } from './domain/unit-properties.ts';

const environment = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '' };
const withinMs = 5000;

/** What is asked of systemd's own programs. */
export interface SystemdPrograms {
  /** Properties of units, in blocks. Throws SERVICES_SYSTEMD_UNREADABLE. */
  show(units: readonly string[]): Promise<string>;
}

/** Whether systemd runs this machine (sd_booted(3)). */
export function isSystemdHere(): boolean {
  return existsSync('/run/systemd/system');
}

/** systemctl of this machine: its whole path, no shell, no pager; it needs no rights to tell what everybody may know. */
export const systemdPrograms: SystemdPrograms = {
  async show(units) {
    const words = ['show', '--timestamp=unix', `--property=${unitProperties.join(',')}`, '--', ...units];
    const { text, problem } = await run('/usr/bin/systemctl', words);
    if (text !== '' || problem === null) return text;
    throw new HoldfastError('SERVICES_SYSTEMD_UNREADABLE', {
      kind: 'unavailable',
      message: `systemd does not say how its units are: ${problem}`,
      action: 'Try systemctl status on the machine.',
    });
  },
};

function run(program: string, words: string[]): Promise<{ text: string; problem: string | null }> {
  return new Promise((settle) => {
    execFile(program, words, { env: environment, timeout: withinMs, maxBuffer: 16_777_216 }, (error, stdout, stderr) =>
      settle({ text: stdout, problem: error ? stderr.trim().split('\n')[0] || error.message : null }),
    );
  });
}
