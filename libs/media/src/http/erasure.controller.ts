import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import type { ErasureRow } from '../erasure/erasure.repository.ts';
import { ErasureService } from '../erasure/erasure.service.ts';
import { getErasure, listErasures, previewErasure, requestErasure } from './erasure.contract.ts';

@Controller()
export class ErasureController {
  constructor(@Inject(ErasureService) private readonly erasures: ErasureService) {}

  @Route(previewErasure)
  preview(@Input() { query }: InputOf<typeof previewErasure>): Promise<AnswerOf<typeof previewErasure>> {
    return this.erasures.preview(query);
  }

  @Route(requestErasure)
  async request(@Input() { body }: InputOf<typeof requestErasure>): Promise<AnswerOf<typeof requestErasure>> {
    const { kind, id, assets, reason } = body;
    return answerOf(await this.erasures.request({ kind, id }, assets, reason));
  }

  @Route(listErasures)
  async list(): Promise<AnswerOf<typeof listErasures>> {
    return { items: (await this.erasures.list()).map(answerOf) };
  }

  @Route(getErasure)
  async get(@Input() { params }: InputOf<typeof getErasure>): Promise<AnswerOf<typeof getErasure>> {
    return answerOf(await this.erasures.get(params.id));
  }
}

function answerOf({
  keyId: _key,
  objectIds: _objects,
  tombstones: _tombstones,
  ...row
}: ErasureRow): AnswerOf<typeof getErasure> {
  return { ...row, requestedAt: row.requestedAt.toISOString(), finishedAt: row.finishedAt?.toISOString() ?? null };
}
