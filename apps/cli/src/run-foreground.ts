import { type ApplianceState, Supervisor } from '#supervisor';
import type { CommandContext } from './command.ts';
import { runOwnCommand } from './own-command.ts';

interface Watcher {
  onChange(state: ApplianceState): void;
  onNotice(message: string): void;
  /** Told when the first signal to stop arrives. */
  onStopAsked(): void;
}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Supervises the appliance in this process. Resolves when everything answers, with a promise of the end: a signal stops everything
 * in order. Rejects when it does not start, or is stopped before it has.
 */
export async function superviseHere({ appliance }: CommandContext, watcher: Watcher): Promise<{ ended: Promise<void> }> {
  const supervisor = new Supervisor(appliance, {
    migrate: () => runOwnCommand<{ applied: string[] }>(appliance, 'database', 'migrate'),
    onChange: watcher.onChange,
    onNotice: watcher.onNotice,
  });
  const ended = new Promise<void>((settle, fail) => {
    let isAsked = false;
    for (const signal of stopSignals)
      process.on(signal, () => {
        if (isAsked) return;
        isAsked = true;
        watcher.onStopAsked();
        supervisor.stop().then(settle, fail);
      });
  });
  await supervisor.start();
  return { ended };
}
