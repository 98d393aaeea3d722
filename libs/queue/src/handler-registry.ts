import { Inject, Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { HANDLES_JOB, type JobHandler } from './handler.ts';
import { declaredJobs, type JobDefinition } from './job.ts';

/** Every declared job with its one handler. Boot fails when a job has none, or two. */
@Injectable()
export class HandlerRegistry {
  private readonly handlers = new Map<string, JobHandler>();

  constructor(@Inject(DiscoveryService) private readonly discovery: DiscoveryService) {}

  /** Finds the handlers among all providers. Throws naming every job without a handler and every one with two. */
  collect(): void {
    const problems: string[] = [];
    for (const { metatype, instance } of this.discovery.getProviders()) {
      const job = metatype ? (Reflect.getMetadata(HANDLES_JOB, metatype) as JobDefinition | undefined) : undefined;
      if (!job) continue;
      if (this.handlers.has(job.name)) problems.push(`${job.name} has two handlers; the second is ${metatype?.name}`);
      this.handlers.set(job.name, instance as JobHandler);
    }
    for (const job of declaredJobs()) if (!this.handlers.has(job.name)) problems.push(`${job.name} has no handler`);
    if (problems.length > 0) throw new Error(`Jobs and handlers do not match: ${problems.join('; ')}.`);
  }

  find(name: string): { job: JobDefinition; handler: JobHandler } | undefined {
    const job = declaredJobs().find((declared) => declared.name === name);
    const handler = this.handlers.get(name);
    return job && handler ? { job, handler } : undefined;
  }
}
