import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { readTopology, type Topology } from '#allocation';
import { seenAt, type Tools } from './machine/tools.ts';
import { MachineFrozen, VirtualMachine } from './machine/virtual-machine.ts';
import type { BoxReport } from './report.ts';
import { makeOverlays, type Overlays } from './run-folder.ts';

/** Starts that may freeze one after the other before the box counts as one that cannot boot. */
const mostFrozenStarts = 2;

/** A box whose power can be cut: its disks stay when the machine goes. */
export class Box {
  private readonly tools: Tools;
  private readonly image: string;
  private readonly accelerator: 'kvm' | 'tcg';
  private readonly report: BoxReport;
  private overlays: Overlays | undefined;
  private running: VirtualMachine | undefined;
  private boots = 0;
  /** Units that the next starts leave out. */
  without: readonly string[] = [];

  constructor(tools: Tools, image: string, accelerator: 'kvm' | 'tcg', report: BoxReport) {
    this.tools = tools;
    this.image = image;
    this.accelerator = accelerator;
    this.report = report;
  }

  /** The running machine, which is started where it is off. */
  async machine(): Promise<VirtualMachine> {
    if (this.running) return this.running;
    this.overlays ??= await makeOverlays(this.tools, basename(this.image));
    const startedMs = performance.now();
    this.running = await this.boot(this.overlays.images);
    this.report.say(`  booted (${this.accelerator}) in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
    return this.running;
  }

  /** A start that freezes is told, and is one more power cut: the next one begins with what is on the disks. */
  private async boot(images: Overlays['images'], frozenStarts = 0): Promise<VirtualMachine> {
    this.boots += 1;
    const seen = join(seenAt.box, 'images', basename(this.image));
    const { accelerator, without, tools } = this;
    const console = `console-${this.boots}`;
    return VirtualMachine.boot(tools, { accelerator, kernel: join(seen, 'vmlinuz'), images, without, console }).catch(
      (error) => {
        if (!(error instanceof MachineFrozen) || accelerator === 'kvm' || frozenStarts === mostFrozenStarts) throw error;
        this.report.say(`  ${console}: ${error.message}; once more`);
        return this.boot(images, frozenStarts + 1);
      },
    );
  }

  /** Writes what the running machine has noted since it was started into a file, as far as it can still be asked. */
  async keepJournal(file: string): Promise<void> {
    const told = await this.running
      ?.run('journalctl -b --no-pager -o short-monotonic | tail -n 2000', 120)
      .catch(() => undefined);
    if (told) writeFileSync(file, told.output);
  }

  /** Cuts the power. The next `machine()` boots from what was on the disks. */
  async cutPower(): Promise<void> {
    await this.running?.cutPower();
    this.running = undefined;
  }

  /** Shuts down in order, and keeps the disks. */
  async powerOff(): Promise<void> {
    await this.running?.powerOff();
    this.running = undefined;
  }

  /** Throws the disks away: the next machine is a new one. */
  async discard(): Promise<void> {
    await this.cutPower();
    this.overlays?.remove();
    this.overlays = undefined;
  }
}

const files = [
  '/sys/devices/system/cpu/{online,offline,present,isolated}',
  '/sys/devices/system/cpu/cpu[0-9]*/{topology,cache/index*}/*',
  '/sys/devices/system/cpu/cpu[0-9]*/cpufreq/{cpuinfo_max_freq,amd_pstate_prefcore_ranking}',
  '/sys/devices/system/node/node*/cpulist',
];

/** What the machine's own kernel says of its processors, read here. */
export async function topologyOf(machine: VirtualMachine): Promise<Topology> {
  const lines = await machine.tell(`grep -sH . ${files.join(' ')} || true`);
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-box-sys-'));
  try {
    for (const line of lines.split('\n')) {
      const at = line.indexOf(':');
      const file = join(folder, line.slice('/sys/'.length, at));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${line.slice(at + 1)}\n`);
    }
    return readTopology(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
