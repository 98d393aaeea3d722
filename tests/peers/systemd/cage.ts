import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Why systemd cannot be started in namespaces here, or lacks a program (by name, or by whole path); undefined where it can. */
export function whyNoCage(tools: readonly string[]): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can make the namespaces that this needs';
  const missing = tools.filter((tool) => !tool.startsWith('/') && spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  const lacking = [...missing, ...tools.filter((tool) => tool.startsWith('/') && !existsSync(tool))];
  if (lacking.length > 0) return `not on this machine: ${lacking.join(', ')}`;
  const works = spawnSync('unshare', ['--mount', '--pid', '--cgroup', '--net', '--fork', 'true']).status === 0;
  return works ? undefined : 'this machine allows no namespaces';
}
