import { Injectable } from '@nestjs/common';
import type { StepGate, StepGates } from './domain/due-jobs.ts';
import type { PipelineStep } from './domain/ledger.ts';

/** Reasons to leave a step out, registered by the rooms that do the steps. Asked while planning, so they answer from memory. */
@Injectable()
export class StepGateRegistry {
  private readonly gates = new Map<PipelineStep, StepGate[]>();

  /** Adds a reason to leave out a step. */
  register(step: PipelineStep, gate: StepGate): void {
    this.gates.set(step, [...(this.gates.get(step) ?? []), gate]);
  }

  all(): StepGates {
    const entries = [...this.gates].map(([step, gates]): [PipelineStep, StepGate] => [
      step,
      (kind, rows) => {
        for (const gate of gates) {
          const reason = gate(kind, rows);
          if (reason !== undefined) return reason;
        }
        return undefined;
      },
    ]);
    return Object.fromEntries(entries);
  }
}
