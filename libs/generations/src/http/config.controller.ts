import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import { ConfigService } from '../config.service.ts';
import * as contract from './config.contract.ts';

@Controller()
export class ConfigController {
  constructor(@Inject(ConfigService) private readonly config: ConfigService) {}

  @Route(contract.getConfig)
  describe(): Promise<AnswerOf<typeof contract.getConfig>> {
    return this.config.describe();
  }

  @Route(contract.getConfigSchema)
  schema(): AnswerOf<typeof contract.getConfigSchema> {
    return this.config.schema();
  }

  @Route(contract.listConfigGenerations)
  list(
    @Input() { query }: InputOf<typeof contract.listConfigGenerations>,
  ): Promise<AnswerOf<typeof contract.listConfigGenerations>> {
    return this.config.list(query);
  }

  @Route(contract.getConfigGeneration)
  read(
    @Input() { params }: InputOf<typeof contract.getConfigGeneration>,
  ): Promise<AnswerOf<typeof contract.getConfigGeneration>> {
    return this.config.read(params.number);
  }

  @Route(contract.diffConfigGeneration)
  diff(
    @Input() { params, query }: InputOf<typeof contract.diffConfigGeneration>,
  ): Promise<AnswerOf<typeof contract.diffConfigGeneration>> {
    return this.config.diff(params.number, query.against);
  }

  @Route(contract.blameConfig)
  blame(): Promise<AnswerOf<typeof contract.blameConfig>> {
    return this.config.blame();
  }

  @Route(contract.getConfigInventory)
  inventory(): Promise<AnswerOf<typeof contract.getConfigInventory>> {
    return this.config.inventory();
  }

  @Route(contract.checkConfig)
  check(@Input() { body }: InputOf<typeof contract.checkConfig>): AnswerOf<typeof contract.checkConfig> {
    return this.config.check(body);
  }

  @Route(contract.setConfig)
  set(@Input() { body }: InputOf<typeof contract.setConfig>): Promise<AnswerOf<typeof contract.setConfig>> {
    return this.config.set(body);
  }

  @Route(contract.restoreConfig)
  restore(@Input() { body }: InputOf<typeof contract.restoreConfig>): Promise<AnswerOf<typeof contract.restoreConfig>> {
    return this.config.restore(body);
  }

  @Route(contract.adoptConfig)
  adopt(@Input() { body }: InputOf<typeof contract.adoptConfig>): Promise<AnswerOf<typeof contract.adoptConfig>> {
    return this.config.adopt(body);
  }
}
