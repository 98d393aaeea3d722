import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ControlChannel, type ScriptResult } from './control-channel.ts';
import { type MachineWords, qemuWords } from './qemu-words.ts';
import { seenAt, type Tools } from './tools.ts';

/** How long a machine may take until it listens: under emulation on a busy machine a boot takes minutes. */
const bootSeconds = 900;
const powerOffSeconds = 300;
/** Last words of a kernel or systemd that goes no further. */
const lastWords = /Freezing execution|Kernel panic/;

/** Which images a machine starts from. Paths as QEMU sees them. */
export type Start = Pick<MachineWords, 'accelerator' | 'kernel' | 'images' | 'without'> & {
  /** Where the console's log goes: a file in the folder of the run. */
  console: string;
};

/** The machine stands still and does not listen: emulation was too slow for what its kernel or systemd waited for. */
export class MachineFrozen extends Error {}

/** A running box. It ends with this process at the latest. */
export class VirtualMachine {
  private readonly process: ChildProcess;
  private readonly channel: ControlChannel;
  private readonly exited: Promise<unknown>;

  private constructor(process: ChildProcess, channel: ControlChannel) {
    this.process = process;
    this.channel = channel;
    this.exited = process.exitCode === null && process.signalCode === null ? once(process, 'exit') : Promise.resolve();
  }

  /** Boots, and waits until the machine takes scripts. Throws MachineFrozen. */
  static async boot(tools: Tools, start: Start): Promise<VirtualMachine> {
    const { console, ...rest } = start;
    const words = qemuWords({ ...rest, console: join(seenAt.run, console), control: join(seenAt.run, `${console}.sock`) });
    const log = openSync(join(tools.run, `${console}.qemu`), 'a');
    const process = tools.start('qemu-system-x86_64', words, log);
    closeSync(log);
    const isRunning = () => process.exitCode === null && process.signalCode === null;
    const channel = await ControlChannel.connect(join(tools.run, `${console}.sock`), isRunning);
    const machine = new VirtualMachine(process, channel);
    const given = new AbortController();
    await Promise.race([channel.ready, hopeLost(join(tools.run, console), given.signal)])
      .catch(async (error) => {
        await machine.cutPower();
        throw error;
      })
      .finally(() => given.abort());
    return machine;
  }

  /** Runs a script of bash as root in the machine. */
  run(script: string, seconds = 300): Promise<ScriptResult> {
    return this.channel.run(script, seconds);
  }

  /** The same for a script that must succeed: answers what it printed, and rejects with that when it fails. */
  async tell(script: string, seconds = 300): Promise<string> {
    const { exit, output } = await this.run(script, seconds);
    if (exit === 0) return output.trim();
    const why = exit === 124 ? `no end within ${seconds} s` : `exit ${exit}`;
    throw new Error(`${script.trim().split('\n')[0]}: ${why}: ${output.trim().slice(-2000)}`);
  }

  /** Kills QEMU: whatever the machine had not written is lost. */
  async cutPower(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.exited;
    this.channel.close();
  }

  /** Shuts down in order. */
  async powerOff(): Promise<void> {
    await this.run('systemctl poweroff --no-block', 60).catch(() => {});
    const off = await Promise.race([this.exited, sleep(powerOffSeconds * 1000, 'late' as const, { ref: false })]);
    if (off === 'late') {
      await this.cutPower();
      throw new Error(`the machine did not shut down within ${powerOffSeconds} s`);
    }
    this.channel.close();
  }
}

/** Rejects once a machine that boots has said its last words, or has had all the time that there is. */
async function hopeLost(consoleFile: string, signal: AbortSignal): Promise<never> {
  const endMs = Date.now() + bootSeconds * 1000;
  while (Date.now() < endMs) {
    await sleep(2000, undefined, { signal, ref: false });
    const frozen = readFileSync(consoleFile, 'latin1')
      .split('\n')
      .find((line) => lastWords.test(line));
    if (frozen) throw new MachineFrozen(`the machine stands still: ${frozen.trim()}`);
  }
  throw new Error(`the machine did not listen within ${bootSeconds} s`);
}
