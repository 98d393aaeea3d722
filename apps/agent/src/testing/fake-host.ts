import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentError } from '#agent-protocol';
import { cpusOfUnits, onlineCpus, planOf, readTopology, type Topology, type UnitFile } from '#allocation';
import type { Host, HostGroup, UnitTexts } from '../host/host.ts';
import { readUnits, replaceUnits } from '../host/unit-folder.adapter.ts';

/** What systemd and the kernel of a made-up machine remember; it outlives the agent, as theirs does. */
export interface MachineState {
  /** Unit files as systemd read them last. */
  loaded: UnitFile[];
  /** What was set until the next boot; it goes before what files say. */
  runtime: Record<string, number[]>;
  /** Masks of the kernel, by group; only groups in which something runs. */
  live: Record<string, number[]>;
  /** Masks of groups below, by group. */
  below: Record<string, number[]>;
  /** Groups whose masks the kernel does not grant: they silently get those of the group above. */
  ungranted: string[];
  /** Whether systemd refuses new files. */
  refusesFiles: boolean;
  /** Times that something was set. */
  acts: number;
}

const running = ['system.slice', 'user.slice', 'init.scope'];
const known = /^(holdfast-[a-z0-9-]+(\\x2d[a-z0-9-]+)*\.slice|(system|user|machine)\.slice|init\.scope)$/;

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
    this.save({ loaded: [], runtime: {}, live, below: {}, ungranted: [], refusesFiles: false, acts: 0 });
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
    const { live } = this.state;
    const online = onlineCpus(this.topology());
    this.change({ runtime: {}, live: Object.fromEntries(Object.keys(live).map((name) => [name, online])) });
    this.load();
  }

  topology(): Topology {
    this.seen ??= readTopology(join(this.folder, 'sys'));
    return this.seen;
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
    this.act({});
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

  async seeGroups(names: readonly string[]): Promise<HostGroup[]> {
    const { live, below } = this.state;
    return names.map((name) => ({
      name,
      property: this.property(name),
      effective: live[name] ?? null,
      below: below[name] ?? [],
    }));
  }

  private property(group: string): number[] {
    const { runtime, loaded } = this.state;
    return runtime[group] ?? cpusOfUnits(loaded)[group] ?? [];
  }

  private grant(group: string, cpus: readonly number[]): number[] {
    const online = onlineCpus(this.topology());
    const usable = cpus.filter((cpu) => online.includes(cpu));
    return usable.length === 0 || this.state.ungranted.includes(group) ? online : usable;
  }

  private load(): void {
    const loaded = readUnits(this.unitFolder);
    const { runtime, live } = this.state;
    for (const [group, cpus] of Object.entries(cpusOfUnits(loaded)))
      if (!runtime[group] && live[group]) live[group] = this.grant(group, cpus);
    this.change({ loaded, live });
  }

  private act(change: Partial<MachineState>): void {
    this.change({ ...change, acts: this.state.acts + 1 });
  }

  private save(state: MachineState): void {
    writeFileSync(`${this.file}.new`, JSON.stringify(state));
    renameSync(`${this.file}.new`, this.file);
  }
}
