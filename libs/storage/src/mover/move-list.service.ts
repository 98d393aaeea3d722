import { Inject, Injectable } from '@nestjs/common';
import { requireAccess } from '#access';
import type { AnswerOf, InputOf } from '#kernel';
import type { listMoves } from '../http/storage.contract.ts';
import { MoveListRepository } from './move-list.repository.ts';
import { ObjectSubjects } from './object-subjects.ts';

/** Moves as people look at them: with the names of what they move. */
@Injectable()
export class MoveListService {
  constructor(
    @Inject(MoveListRepository) private readonly moves: MoveListRepository,
    @Inject(ObjectSubjects) private readonly subjects: ObjectSubjects,
  ) {}

  /** Throws ACCESS_DENIED and CURSOR_INVALID. */
  async list(query: InputOf<typeof listMoves>['query']): Promise<AnswerOf<typeof listMoves>> {
    requireAccess('storage.read');
    const { items, nextCursor } = await this.moves.list(query);
    return { items: await this.subjects.addTo(items), nextCursor };
  }
}
