import { Inject, Injectable } from '@nestjs/common';
import { AgentClient } from '#agent-protocol';
import { HoldfastError } from '#kernel';
import { MachinePaths } from './machine-paths.ts';

/** Whether plans can be put in force from here. */
@Injectable()
export class HostControl {
  constructor(@Inject(MachinePaths) private readonly paths: MachinePaths) {}

  /** Why not, as the end of "host control unavailable: …"; null where they can. */
  async whyNot(): Promise<string | null> {
    try {
      await new AgentClient('api', this.paths.agentSocket).call('status', {});
      return null;
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      return `${error.message.replace(/^host control unavailable: /, '')}.`;
    }
  }
}
