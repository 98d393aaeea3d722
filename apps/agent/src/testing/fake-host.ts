import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentError, isJournalCursor } from '#agent-protocol';
import {
  cpusOfUnits,
  type GroupLimits,
  limitsOfUnits,
  noLimits,
  onlineCpus,
  planOf,
  readTopology,
  slicesOfServices,
  type Topology,
  type UnitFile,
} from '#allocation';
import {
  type Host,
  type HostGpu,
  type HostGroup,
  type HostInterrupt,
  type HostService,
  type HostThread,
  type JournalRange,
  type UnitTexts,
  wideMasks,
} from '../host/host.ts';
import { readUnits, replaceUnits, watchUnits } from '../host/unit-folder.adapter.ts';

/** What systemd and the kernel of a made-up machine remember; it outlives the agent, as theirs does. */
export interface MachineState {
  /** Unit files as systemd read them last. */
  loaded: UnitFile[];
  /** What was set until the next boot; it goes before what files say. */
  runtime: Record<string, number[]>;
  /** Masks of the kernel, by group; only groups in which something runs. */
  live: Record<string, number[]>;
  /** The same of memory and weights. */
  runtimeLimits: Record<string, GroupLimits>;
  liveLimits: Record<string, GroupLimits>;
  /** Bytes that programs of a group hold. */
  held: Record<string, number>;
  memoryMb: number;
  gpus: HostGpu[];
  /** Groups whose files systemd has not put in force since the boot (#31150). */
  lost: string[];
  services: HostService[];
  threads: HostThread[];
  interrupts: HostInterrupt[];
  foreign: { name: string; effective: number[] }[];
  sockets: string[];
  /** Masks of groups below, by group. */
  below: Record<string, number[]>;
  /** Groups whose masks the kernel does not grant: they silently get those of the group above. */
  ungranted: string[];
  /** Whether systemd refuses new files. */
  refusesFiles: boolean;
  /** Entries of the machine's journal by unit, as lines of JSON. */
  journal: Record<string, string[]>;
  /** Times that something was set. */
  acts: number;
}

const running = ['system.slice', 'user.slice', 'init.scope'];
const known = /^(holdfast\.slice|holdfast-[a-z0-9-]+(\\x2d[a-z0-9-]+)*\.slice|(system|user|machine)\.slice|init\.scope)$/;

const ours = /^(holdfast-[a-z]+(@[a-z]+)?|postgresql@[\w-]+|redis-server|nginx)\.service$/;

function freshMachine(online: number[]): MachineState {
  const interrupt = (id: string, name: string, isMovable = true) => ({ id, name, allowed: online, isMovable });
  const service = (unit: string, slice: string) => ({
    unit,
    state: 'active',
    slice,
    nextSlice: slice,
    restarts: 0,
    startedAt: null,
  });
  return {
    ...{ loaded: [], runtime: {}, live: {}, runtimeLimits: {}, liveLimits: {}, held: {}, below: {} },
    ...{ gpus: [], memoryMb: 131_072, lost: [], threads: [], foreign: [], ungranted: [], refusesFiles: false, acts: 0 },
    services: [
      service('postgresql@17-main.service', 'system-postgresql.slice'),
      service('redis-server.service', 'system.slice'),
    ],
    sockets: ['/run/postgresql/.s.PGSQL.5432'],
    journal: {},
    interrupts: [
      interrupt('default', wideMasks.default),
      interrupt('workqueue', wideMasks.workqueue),
      interrupt('24', 'eth0'),
      interrupt('30', 'nvme0q1', false),
    ],
  };
}

/**
 * A machine in a folder that behaves as systemd and the kernel do, also where that hurts: a mask that cannot be granted becomes that of the group above
 * without a word, and taking a setting away leaves the live mask as it is (systemd #43846). Unit files are real files.
 */
export class FakeHost implements Host {
  readonly unitFolder: string;
  private readonly folder: string;
  private readonly file: string;
  private seen: Topology | undefined;

  /** `folder/sys` is laid out like /sys. */
  constructor(folder: string) {
    this.folder = folder;
    this.unitFolder = join(folder, 'units');
    this.file = join(folder, 'machine.json');
    if (existsSync(this.file)) return;
    const online = onlineCpus(this.topology());
    const live = Object.fromEntries([...running, 'holdfast-postgresql.slice'].map((name) => [name, online]));
    this.save({ ...freshMachine(online), live });
  }

  get state(): MachineState {
    return JSON.parse(readFileSync(this.file, 'utf8'));
  }

  /** Changes the machine behind the agent's back. */
  change(change: Partial<MachineState>): void {
    this.save({ ...this.state, ...change });
  }

  /** Forgets what was set until the next boot, and starts everything with what the files say. */
  reboot(): void {
    const { live, interrupts } = this.state;
    const online = onlineCpus(this.topology());
    this.change({
      ...{ runtime: {}, runtimeLimits: {}, liveLimits: {}, lost: ['init.scope'] },
      live: Object.fromEntries(Object.keys(live).map((name) => [name, online])),
      interrupts: interrupts.map((one) => ({ ...one, allowed: online })),
    });
    this.load();
  }

  topology(): Topology {
    this.seen ??= readTopology(join(this.folder, 'sys'));
    return this.seen;
  }

  memoryMb(): number {
    return this.state.memoryMb;
  }

  seeGpus(): HostGpu[] {
    return this.state.gpus;
  }

  watchUnits(changed: () => void): () => void {
    return watchUnits(this.unitFolder, changed);
  }

  units(): UnitFile[] {
    return readUnits(this.unitFolder);
  }

  async checkUnits(files: readonly UnitFile[]): Promise<void> {
    const unnamed = files.find((file) => planOf(file) === undefined);
    if (unnamed) throw new Error(`${unnamed.path} names no plan`);
    if (this.state.refusesFiles) throw agentError('AGENT_VERIFY_FAILED', 'systemd does not take the slices of this plan.');
  }

  replaceUnits(texts: UnitTexts): void {
    this.act({});
    replaceUnits(this.unitFolder, texts);
  }

  async reload(): Promise<void> {
    this.act({ lost: [] });
    this.load();
  }

  async setCpus(group: string, cpus: readonly number[]): Promise<void> {
    if (!known.test(group)) throw new Error(`Unit ${group} is none of ours`);
    const { runtime, live } = this.state;
    if (cpus.length === 0) {
      delete runtime[group];
      return this.act({ runtime });
    }
    const granted = live[group] ? { live: { ...live, [group]: this.grant(group, cpus) } } : {};
    this.act({ runtime: { ...runtime, [group]: [...cpus] }, ...granted });
  }

  async setLimits(group: string, limits: GroupLimits): Promise<void> {
    if (!known.test(group)) throw new Error(`Unit ${group} is none of ours`);
    const { runtimeLimits, liveLimits } = this.state;
    this.act({ runtimeLimits: { ...runtimeLimits, [group]: limits }, liveLimits: { ...liveLimits, [group]: limits } });
  }

  async seeGroups(names: readonly string[]): Promise<HostGroup[]> {
    const { live, below, runtimeLimits, liveLimits, loaded, held } = this.state;
    return names.map((name) => ({
      name,
      property: this.property(name),
      effective: live[name] ?? null,
      below: below[name] ?? [],
      limits: runtimeLimits[name] ?? limitsOfUnits(loaded)[name] ?? noLimits,
      kernelLimits: live[name] ? (liveLimits[name] ?? {}) : {},
      heldBytes: held[name] ?? 0,
    }));
  }

  foreignGroups(known: readonly string[]): { name: string; effective: number[] }[] {
    return this.state.foreign.filter(({ name }) => !known.includes(name));
  }

  async seeServices(patterns: readonly string[]): Promise<HostService[]> {
    const [starts, ends] = [
      (pattern: string) => pattern.split('*')[0] ?? '',
      (pattern: string) => pattern.split('*').at(-1) ?? '',
    ];
    return this.state.services.filter(({ unit }) =>
      patterns.some((pattern) =>
        pattern.includes('*') ? unit.startsWith(starts(pattern)) && unit.endsWith(ends(pattern)) : unit === pattern,
      ),
    );
  }

  seeThreads(groups: readonly string[], most: number): { seen: HostThread[]; of: number } {
    const all = this.state.threads.filter(({ group }) => groups.includes(group));
    return { seen: all.slice(0, most), of: all.length };
  }

  seeInterrupts(): HostInterrupt[] {
    return this.state.interrupts;
  }

  setInterrupt(id: string, cpus: readonly number[]): string | null {
    if (cpus.length === 0) throw new Error(`Interrupt ${id} would come to no CPU`);
    const { interrupts } = this.state;
    const found = interrupts.find((one) => one.id === id);
    if (!found) return 'ENOENT';
    if (!found.isMovable) return 'EIO';
    this.act({ interrupts: interrupts.map((one) => (one === found ? { ...one, allowed: [...cpus] } : one)) });
    return null;
  }

  async answeringSockets(): Promise<string[]> {
    return this.state.sockets;
  }

  async restart(units: readonly string[]): Promise<void> {
    const slices = Object.entries(slicesOfServices(this.state.loaded));
    const sliceOf = (unit: string) => slices.find(([name]) => name === unit || name === unit.replace(/@.*\./, '@.'))?.[1];
    const services = this.state.services.map((service) => {
      const nextSlice = sliceOf(service.unit) ?? service.nextSlice;
      return units.includes(service.unit) ? { ...service, nextSlice, slice: nextSlice } : service;
    });
    this.act({ services });
  }

  async readJournal({ units, lines, after }: JournalRange, take: (line: string) => boolean): Promise<void> {
    // What journalctl would take for another word, or for a file of somebody else's, counts as something that was done.
    if (units.some((unit) => !ours.test(unit)) || (after !== undefined && !isJournalCursor(after))) this.act({});
    const all = units.flatMap((unit) => this.state.journal[unit] ?? []);
    const from = after === undefined ? -1 : all.findIndex((line) => line.includes(`"__CURSOR":"${after}"`));
    const wanted = after === undefined ? all.slice(-lines) : all.slice(from + 1, from + 1 + lines);
    for (const line of wanted) if (!take(line)) return;
  }

  private property(group: string): number[] {
    const { runtime, loaded, lost } = this.state;
    return runtime[group] ?? (lost.includes(group) ? [] : (cpusOfUnits(loaded)[group] ?? []));
  }

  private grant(group: string, cpus: readonly number[]): number[] {
    const online = onlineCpus(this.topology());
    const usable = cpus.filter((cpu) => online.includes(cpu));
    return usable.length === 0 || this.state.ungranted.includes(group) ? online : usable;
  }

  private load(): void {
    const loaded = readUnits(this.unitFolder);
    const { runtime, live, runtimeLimits, liveLimits, lost } = this.state;
    for (const [group, cpus] of Object.entries(cpusOfUnits(loaded)))
      if (!runtime[group] && live[group] && !lost.includes(group)) live[group] = this.grant(group, cpus);
    for (const [group, limits] of Object.entries(limitsOfUnits(loaded)))
      if (!runtimeLimits[group] && live[group]) liveLimits[group] = limits;
    this.change({ loaded, live, liveLimits });
  }

  private act(change: Partial<MachineState>): void {
    this.change({ ...change, acts: this.state.acts + 1 });
  }

  private save(state: MachineState): void {
    writeFileSync(`${this.file}.new`, JSON.stringify(state));
    renameSync(`${this.file}.new`, this.file);
  }
}
