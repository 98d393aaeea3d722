import { Inject, Injectable } from '@nestjs/common';
import { AgentClient } from '#agent-protocol';
import { HoldfastError } from '#kernel';
import { MachinePaths } from './machine-paths.ts';

/** Whether plans can be put in force from here. */
@Injectable()
export class HostControl {
  constructor(@Inject(MachinePaths) private readonly paths: MachinePaths) {}

  /** Why not, as the end of "host control unavailable: …". Where the agent answers, what is missing is the way from here to it. */
  async whyNot(): Promise<string> {
    try {
      await new AgentClient('api', this.paths.agentSocket).call('status', {});
      return 'the host agent runs, but plans cannot be handed to it from here yet.';
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      return `${error.message.replace(/^host control unavailable: /, '')}.`;
    }
  }
}
