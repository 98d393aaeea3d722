import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import { KeyOverview } from '../overview/key-overview.ts';
import { KeyRotationRequests } from '../overview/key-rotation-requests.ts';
import {
  listKeyHistory,
  listKeyRotations,
  listKeys,
  listProviderKeys,
  rotateKey,
  rotateProviderKeys,
} from './keys.contract.ts';

@Controller()
export class KeysController {
  constructor(
    @Inject(KeyOverview) private readonly overview: KeyOverview,
    @Inject(KeyRotationRequests) private readonly requests: KeyRotationRequests,
  ) {}

  @Route(listKeys)
  list(@Input() input: InputOf<typeof listKeys>): Promise<AnswerOf<typeof listKeys>> {
    return this.overview.list(input.query);
  }

  @Route(listKeyRotations)
  async rotations(): Promise<AnswerOf<typeof listKeyRotations>> {
    return { items: await this.overview.rotations() };
  }

  @Route(listProviderKeys)
  async providerKeys(): Promise<AnswerOf<typeof listProviderKeys>> {
    return { items: await this.overview.providerKeys() };
  }

  @Route(listKeyHistory)
  async history(): Promise<AnswerOf<typeof listKeyHistory>> {
    return { items: await this.overview.history() };
  }

  @Route(rotateKey)
  rotate(@Input() input: InputOf<typeof rotateKey>): Promise<AnswerOf<typeof rotateKey>> {
    return this.requests.rotateKey(input.params.id);
  }

  @Route(rotateProviderKeys)
  async rotateProvider(): Promise<AnswerOf<typeof rotateProviderKeys>> {
    return { items: await this.requests.rotateProviderKeys() };
  }
}
