import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { agentError } from '#agent-protocol';
import { formatCpuList, parseCpuList, readTopology, type Topology, type UnitFile } from '#allocation';
import type { Host, HostGroup, UnitTexts } from './host.ts';
import { readUnits, replaceUnits } from './unit-folder.adapter.ts';

/** Where the parts of a machine lie; tests have others. */
export interface HostPlaces {
  units: string;
  cgroups: string;
  sysfs: string;
  systemctl: string;
  systemdAnalyze: string;
  /** Where new files lie while systemd looks at them. */
  staging: string;
}

/** A Debian machine's; `staging` is the agent's own. */
export const debianPlaces: Omit<HostPlaces, 'staging'> = {
  units: '/etc/systemd/system',
  cgroups: '/sys/fs/cgroup',
  sysfs: '/sys',
  systemctl: '/usr/bin/systemctl',
  systemdAnalyze: '/usr/bin/systemd-analyze',
};
const commandMs = 15_000;
/** Nothing of the agent's own environment gets into what it starts. */
const environment = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', SYSTEMD_PAGER: '', SYSTEMD_COLORS: '0' };

/** Runs a program by its whole path, without a shell. */
function run(program: string, words: readonly string[]): Promise<{ code: number; output: string; complaints: string }> {
  const options = { env: environment, cwd: '/', timeout: commandMs, killSignal: 'SIGKILL', maxBuffer: 1_048_576 } as const;
  return new Promise((settle, fail) => {
    execFile(program, [...words], options, (error, stdout, stderr) => {
      if (!error) return settle({ code: 0, output: stdout, complaints: stderr });
      if (typeof error.code === 'number') return settle({ code: error.code, output: stdout, complaints: stderr || stdout });
      const why = error.killed ? `gave no answer within ${commandMs / 1000} s` : error.message;
      fail(agentError('AGENT_HOST_FAILED', `${program} ${words[0]}: ${why}`, undefined, { cause: error }));
    }).stdin?.end();
  });
}

/** The machine through systemd's own programs, the cgroup file system and the units' folder. */
export class SystemdHost implements Host {
  private readonly places: HostPlaces;

  constructor(places: HostPlaces) {
    this.places = places;
  }

  topology(): Topology {
    return readTopology(this.places.sysfs);
  }

  units(): UnitFile[] {
    return readUnits(this.places.units);
  }

  async checkUnits(files: readonly UnitFile[]): Promise<void> {
    const { staging, systemdAnalyze } = this.places;
    mkdirSync(staging, { recursive: true, mode: 0o700 });
    const folder = mkdtempSync(join(staging, 'units-'));
    try {
      replaceUnits(folder, Object.fromEntries(files.map(({ path, text }) => [path, text])));
      const slices = files.filter(({ path }) => path.endsWith('.slice')).map(({ path }) => join(folder, path));
      if (slices.length === 0 || !existsSync(systemdAnalyze)) return;
      const { code, complaints } = await run(systemdAnalyze, ['verify', '--man=no', '--', ...slices]);
      // What it does not know it calls a warning, and it complains about other units of the machine as well.
      const own = complaints.split('\n').filter((line) => line.includes(folder));
      if (code === 0 && own.length === 0) return;
      throw agentError(
        'AGENT_VERIFY_FAILED',
        `systemd does not take the slices of this plan: ${own.join('; ') || complaints.trim()}`,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  replaceUnits(texts: UnitTexts): void {
    replaceUnits(this.places.units, texts);
  }

  async reload(): Promise<void> {
    await this.systemctl('daemon-reload');
  }

  async setCpus(group: string, cpus: readonly number[]): Promise<void> {
    if (cpus.length === 0)
      throw agentError('AGENT_HOST_FAILED', `${group} would be left with the CPUs that it has: none were named.`);
    await this.systemctl('set-property', '--runtime', '--', group, `AllowedCPUs=${formatCpuList(cpus)}`);
  }

  async seeGroups(names: readonly string[]): Promise<HostGroup[]> {
    if (names.length === 0) return [];
    const shown = await this.systemctl('show', '--property=Id,AllowedCPUs,ControlGroup', '--', ...names);
    const blocks = shown
      .trim()
      .split(/\n\n+/)
      .map((block) => Object.fromEntries(block.split('\n').map((line) => line.split(/=(.*)/s).slice(0, 2))));
    return names.map((name) => {
      const told = blocks.find(({ Id }) => Id === name);
      if (!told) throw agentError('AGENT_HOST_FAILED', `systemctl says nothing of ${name}.`);
      // It writes ranges with blanks between, the kernel with commas.
      const property = parseCpuList(String(told.AllowedCPUs ?? '').replaceAll(' ', ','));
      return { name, property, ...this.seeKernel(told.ControlGroup ?? '') };
    });
  }

  private seeKernel(group: string): { effective: number[] | null; below: number[] } {
    const folder = join(this.places.cgroups, group);
    if (group === '' || !existsSync(folder)) return { effective: null, below: [] };
    const below = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap((entry) => readCpus(join(entry.parentPath, entry.name)));
    return { effective: readCpus(folder), below: [...new Set(below)].sort((a, b) => a - b) };
  }

  private async systemctl(...words: string[]): Promise<string> {
    const { code, output, complaints } = await run(this.places.systemctl, words);
    if (code === 0) return output;
    throw agentError('AGENT_HOST_FAILED', `systemctl ${words[0]} failed (${code}): ${complaints.trim()}`);
  }
}

/** None where the kernel keeps no set (the controller is off, systemd #38310), or the group has just gone. */
function readCpus(folder: string): number[] {
  try {
    return parseCpuList(readFileSync(join(folder, 'cpuset.cpus.effective'), 'utf8'));
  } catch {
    return [];
  }
}
