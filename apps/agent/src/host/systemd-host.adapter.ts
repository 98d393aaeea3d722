import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { agentError } from '#agent-protocol';
import {
  formatCpuList,
  formatLimit,
  type GroupLimits,
  limitKeys,
  limitNames,
  readDriverCards,
  readTopology,
  type Topology,
  type UnitFile,
} from '#allocation';
import { ControlGroups } from './control-groups.adapter.ts';
import type { Host, HostGpu, HostGroup, HostInterrupt, HostService, HostThread, JournalRange, UnitTexts } from './host.ts';
import { Interrupts } from './interrupts.adapter.ts';
import { type ProgramEnd, readProgram, runProgram } from './run-program.adapter.ts';
import { parseShown, type ShownUnit, shownCpus, shownLimits, shownService } from './shown-properties.ts';
import { answers } from './socket-probe.adapter.ts';
import { readUnits, replaceUnits, watchUnits } from './unit-folder.adapter.ts';

/** Where the parts of a machine lie; tests have others. */
export interface HostPlaces {
  units: string;
  cgroups: string;
  sysfs: string;
  processes: string;
  systemctl: string;
  journalctl: string;
  systemdAnalyze: string;
  /** Sockets by whose answer it is seen that a service does its work. */
  sockets: readonly string[];
  /** Where new files lie while systemd looks at them. */
  staging: string;
  /** Programs may take so many times as long as usual. */
  patience?: number;
}

/** A Debian machine's; `staging` is the agent's own. */
export const debianPlaces: Omit<HostPlaces, 'staging' | 'patience'> = {
  units: '/etc/systemd/system',
  cgroups: '/sys/fs/cgroup',
  sysfs: '/sys',
  processes: '/proc',
  systemctl: '/usr/bin/systemctl',
  journalctl: '/usr/bin/journalctl',
  systemdAnalyze: '/usr/bin/systemd-analyze',
  sockets: ['/run/postgresql/.s.PGSQL.5432', '/run/redis/redis-server.sock'],
};
/** Usual for a program that asks systemd for one thing. */
const commandMs = 15_000;
const serviceProperties = ['Id', 'LoadState', 'ActiveState', 'ControlGroup', 'Slice', 'NRestarts', 'ExecMainStartTimestamp'];
const groupProperties = ['Id', 'AllowedCPUs', 'ControlGroup', ...Object.values(limitNames)];
/** systemd gives a service 90 s to stop unless its unit says otherwise. */
const restartMs = 110_000;
/** It runs every generator anew, and reads every unit. */
const reloadMs = 60_000;

/** The machine through systemd's own programs, the cgroup file system, /proc and the units' folder. */
export class SystemdHost implements Host {
  private readonly places: HostPlaces;
  private readonly groups: ControlGroups;
  private readonly interrupts: Interrupts;
  /** Paths of control groups by name, as systemd told them last. */
  private readonly paths = new Map<string, string>();

  constructor(places: HostPlaces) {
    const { cgroups, processes, sysfs } = places;
    this.places = places;
    this.groups = new ControlGroups(cgroups, processes);
    this.interrupts = new Interrupts(join(processes, 'irq'), join(sysfs, 'devices/virtual/workqueue'));
  }

  topology(): Topology {
    return readTopology(this.places.sysfs);
  }

  memoryMb(): number {
    const text = readFileSync(join(this.places.processes, 'meminfo'), 'utf8');
    return Math.floor(Number(/^MemTotal:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) / 1024);
  }

  seeGpus(): HostGpu[] {
    return readDriverCards(this.places.processes).map(({ index, uuid, name }) => ({ index, uuid, name }));
  }

  units(): UnitFile[] {
    return readUnits(this.places.units);
  }

  watchUnits(changed: () => void): () => void {
    return watchUnits(this.places.units, changed);
  }

  async checkUnits(files: readonly UnitFile[]): Promise<void> {
    const { staging, systemdAnalyze } = this.places;
    mkdirSync(staging, { recursive: true, mode: 0o700 });
    const folder = mkdtempSync(join(staging, 'units-'));
    try {
      replaceUnits(folder, Object.fromEntries(files.map(({ path, text }) => [path, text])));
      const slices = files.filter(({ path }) => path.endsWith('.slice')).map(({ path }) => join(folder, path));
      if (slices.length === 0 || !existsSync(systemdAnalyze)) return;
      const { code, complaints } = await this.run(systemdAnalyze, ['verify', '--man=no', '--', ...slices]);
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
    await this.systemctl(['daemon-reload'], reloadMs);
  }

  async setCpus(group: string, cpus: readonly number[]): Promise<void> {
    if (cpus.length === 0)
      throw agentError('AGENT_HOST_FAILED', `${group} would be left with the CPUs that it has: none were named.`);
    await this.systemctl(['set-property', '--runtime', '--', group, `AllowedCPUs=${formatCpuList(cpus)}`]);
  }

  async setLimits(group: string, limits: GroupLimits): Promise<void> {
    const words = limitKeys.map((key) => `${limitNames[key]}=${formatLimit(key, limits[key])}`);
    await this.systemctl(['set-property', '--runtime', '--', group, ...words]);
  }

  async seeGroups(names: readonly string[]): Promise<HostGroup[]> {
    if (names.length === 0) return [];
    const shown = await this.show(groupProperties, names);
    return names.map((name) => {
      const told = shown.find(({ Id }) => Id === name);
      if (!told) throw agentError('AGENT_HOST_FAILED', `systemctl says nothing of ${name}.`);
      this.paths.set(name, told.ControlGroup ?? '');
      return { name, property: shownCpus(told), limits: shownLimits(told), ...this.groups.see(told.ControlGroup ?? '') };
    });
  }

  foreignGroups(known: readonly string[]): { name: string; effective: number[] }[] {
    return this.groups.foreign(known);
  }

  async seeServices(patterns: readonly string[]): Promise<HostService[]> {
    if (patterns.length === 0) return [];
    const shown = await this.show(serviceProperties, patterns);
    return shown.filter(({ Id, LoadState }) => Id?.endsWith('.service') && LoadState === 'loaded').map(shownService);
  }

  seeThreads(groups: readonly string[], most: number): { seen: HostThread[]; of: number } {
    return this.groups.threads(
      groups.map((name) => ({ name, path: this.paths.get(name) ?? '' })),
      most,
    );
  }

  seeInterrupts(): HostInterrupt[] {
    return this.interrupts.see();
  }

  setInterrupt(id: string, cpus: readonly number[]): string | null {
    return this.interrupts.set(id, cpus);
  }

  async answeringSockets(): Promise<string[]> {
    const { sockets } = this.places;
    const found = await Promise.all(sockets.map(answers));
    return sockets.filter((_, index) => found[index]);
  }

  async restart(units: readonly string[]): Promise<void> {
    await this.systemctl(['restart', '--', ...units], restartMs);
  }

  async readJournal({ units, lines, after, limitMs }: JournalRange, take: (line: string) => boolean): Promise<void> {
    const words = ['--output=json', '--output-fields=MESSAGE,PRIORITY', '--no-pager', '--quiet', `--lines=${lines}`];
    const from = after === undefined ? [] : [`--after-cursor=${after}`];
    const wanted = [...words, ...from, ...units.map((unit) => `--unit=${unit}`)];
    const { code, complaints } = await readProgram(this.places.journalctl, wanted, limitMs, take);
    if (code !== 0) throw agentError('AGENT_HOST_FAILED', `journalctl failed (${code}): ${complaints.trim().slice(0, 500)}`);
  }

  private async show(properties: readonly string[], names: readonly string[]): Promise<ShownUnit[]> {
    return parseShown(await this.systemctl(['show', '--timestamp=unix', `--property=${properties.join(',')}`, '--', ...names]));
  }

  private run(program: string, words: readonly string[], limitMs = commandMs): Promise<ProgramEnd> {
    return runProgram(program, words, limitMs * (this.places.patience ?? 1));
  }

  private async systemctl(words: readonly string[], limitMs?: number): Promise<string> {
    const { code, output, complaints } = await this.run(this.places.systemctl, words, limitMs);
    if (code === 0) return output;
    throw agentError('AGENT_HOST_FAILED', `systemctl ${words[0]} failed (${code}): ${complaints.trim()}`);
  }
}
