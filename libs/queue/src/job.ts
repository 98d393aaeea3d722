import type { z } from 'zod';
import type { Permission } from '#kernel';
import type { QueueName, WorkerRole } from '#manifest';

/** One kind of work that outlives a request. */
export interface JobDefinition<Payload extends z.ZodType = z.ZodType> {
  /** `noun.verb`, unique. */
  name: string;
  queue: QueueName;
  /** Worker processes with this role run it. */
  role: WorkerRole;
  /** What the job may do on behalf of its organisation. */
  permissions: Permission[];
  payload: Payload;
}

const jobs = new Map<string, JobDefinition>();

/** Declares a job. Throws when the name is taken. */
export function defineJob<Payload extends z.ZodType>(job: JobDefinition<Payload>): JobDefinition<Payload> {
  if (jobs.has(job.name)) throw new Error(`Job ${job.name} is declared twice.`);
  jobs.set(job.name, job);
  return job;
}

/** All jobs declared so far. */
export function declaredJobs(): JobDefinition[] {
  return [...jobs.values()];
}
