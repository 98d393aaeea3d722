import { Controller, Inject } from '@nestjs/common';
import { type AnswerOf, Input, type InputOf, Route } from '#kernel';
import { CollectionService } from '../organise/collection.service.ts';
import { TagService } from '../organise/tag.service.ts';
import {
  changeCollectionAssets,
  createCollection,
  createTag,
  deleteCollection,
  deleteTag,
  getCollection,
  listCollections,
  listTags,
  renameTag,
  tagAssets,
  updateCollection,
} from './organise.contract.ts';

/** Tags over HTTP. */
@Controller()
export class TagController {
  constructor(@Inject(TagService) private readonly tags: TagService) {}

  @Route(listTags)
  async list(@Input() input: InputOf<typeof listTags>): Promise<AnswerOf<typeof listTags>> {
    return { items: await this.tags.list(input.query.text) };
  }

  @Route(createTag)
  create(@Input() input: InputOf<typeof createTag>): Promise<AnswerOf<typeof createTag>> {
    return this.tags.create(input.body.name);
  }

  @Route(renameTag)
  rename(@Input() input: InputOf<typeof renameTag>): Promise<AnswerOf<typeof renameTag>> {
    return this.tags.rename(input.params.id, input.body.name);
  }

  @Route(deleteTag)
  remove(@Input() input: InputOf<typeof deleteTag>): Promise<void> {
    return this.tags.remove(input.params.id);
  }

  @Route(tagAssets)
  async judge(@Input() input: InputOf<typeof tagAssets>): Promise<AnswerOf<typeof tagAssets>> {
    return { changed: await this.tags.judge(input.params.id, input.body.ids, input.body.action) };
  }
}

/** Collections over HTTP. */
@Controller()
export class CollectionController {
  constructor(@Inject(CollectionService) private readonly collections: CollectionService) {}

  @Route(listCollections)
  async list(): Promise<AnswerOf<typeof listCollections>> {
    return { items: await this.collections.list() };
  }

  @Route(getCollection)
  get(@Input() input: InputOf<typeof getCollection>): Promise<AnswerOf<typeof getCollection>> {
    return this.collections.get(input.params.id);
  }

  @Route(createCollection)
  create(@Input() input: InputOf<typeof createCollection>): Promise<AnswerOf<typeof createCollection>> {
    return this.collections.create(input.body);
  }

  @Route(updateCollection)
  update(@Input() input: InputOf<typeof updateCollection>): Promise<AnswerOf<typeof updateCollection>> {
    return this.collections.update(input.params.id, input.body);
  }

  @Route(deleteCollection)
  remove(@Input() input: InputOf<typeof deleteCollection>): Promise<void> {
    return this.collections.remove(input.params.id);
  }

  @Route(changeCollectionAssets)
  async change(@Input() input: InputOf<typeof changeCollectionAssets>): Promise<AnswerOf<typeof changeCollectionAssets>> {
    return { changed: await this.collections.change(input.params.id, input.body) };
  }
}
