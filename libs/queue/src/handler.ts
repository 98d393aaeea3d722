import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';
import type { JobDefinition } from './job.ts';

/** What a handler is told about the run beside the payload. */
export interface JobRun {
  /** Id of the outbox row; pass it to `Outbox.complete` in the transaction of the effects. */
  id: string;
  /** 1 on the first try. */
  attempt: number;
  /** No further try follows a failure of this one. */
  isLastAttempt: boolean;
  /** Aborts when the worker is told to stop and the time for draining is up. */
  signal: AbortSignal;
}

/** Does the work of one declared job. May run more than once: effects and `Outbox.complete` share one transaction. */
export interface JobHandler<Payload extends z.ZodType = z.ZodType> {
  handle(payload: z.output<Payload>, run: JobRun): Promise<void>;
  /** Called once when the job is out of attempts, inside the organisation's context. */
  giveUp?(payload: z.output<Payload>, error: { code: string; message: string }): Promise<void>;
}

export const HANDLES_JOB = 'holdfast:job';

/** Marks a provider as the one handler of a job. */
export function HandlesJob(job: JobDefinition<never> | JobDefinition): ClassDecorator {
  return SetMetadata(HANDLES_JOB, job);
}
