import { Inject, type Type } from '@nestjs/common';
import {
  pipelineForget,
  pipelineRefresh,
  pipelineRerun,
  type StepContext,
  StepJobHandler,
  type StepJobName,
  StepRunner,
  stepJobs,
  type WorkResult,
} from '#media';
import { declaredJobs, HandlesJob, type JobHandler } from '#queue';

/** What a stand-in for a job's work does; the ledger, the commit and the jobs that follow are real. */
export type StandIn = (context: StepContext) => Promise<WorkResult> | WorkResult;

/** A handler that does the steps of a job in the way that a test says; by default it says that all are done. */
export function standIn(name: StepJobName, work: StandIn = allDone): Type {
  class StandInHandler extends StepJobHandler {
    protected readonly job = name;

    protected async work(context: StepContext): Promise<WorkResult> {
      return work(context);
    }
  }
  // Decorators called by hand: measurements run this file as it is, and Node knows no decorators.
  Inject(StepRunner)(StandInHandler, undefined, 0);
  HandlesJob(stepJobs[name])(StandInHandler);
  return StandInHandler;
}

/** Says of every step asked for that it is done. */
export function allDone({ steps }: StepContext): WorkResult {
  return { results: [...steps].map((step) => ({ step, state: 'done', outcome: 'Done.' })) };
}

/** Stand-ins for all step jobs but those named. */
export function standInsExcept(...real: StepJobName[]): Type[] {
  return (Object.keys(stepJobs) as StepJobName[]).filter((name) => !real.includes(name)).map((name) => standIn(name));
}

/** Handlers that do nothing, for every declared job that is neither the pipeline's nor of the keys, whose handlers every world has: rooms above may have their own. */
export function idleForOtherRooms(): Type[] {
  const pipeline = [pipelineRerun.name, pipelineRefresh.name, pipelineForget.name];
  const own = new Set<string>([...Object.keys(stepJobs), ...pipeline, 'key.rotate']);
  return declaredJobs()
    .filter((job) => !own.has(job.name))
    .map((job) => {
      class IdleHandler implements JobHandler {
        async handle(): Promise<void> {}
      }
      HandlesJob(job)(IdleHandler);
      return IdleHandler;
    });
}
