import { Controller, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type AnswerOf, Input, type InputOf, Req, Res, Route } from '#kernel';
import { ObjectStore } from '#storage';
import { AssetService } from '../assets/asset.service.ts';
import { AssetBytesService } from '../assets/asset-bytes.service.ts';
import { AssetListService } from '../assets/asset-list.service.ts';
import { RerunService } from '../assets/rerun.service.ts';
import { versionOf } from '../domain/rendition-version.ts';
import {
  getAsset,
  getAssetText,
  getOriginal,
  getRendition,
  getTimeline,
  listAssets,
  rerunSteps,
  restoreAssets,
  trashAssets,
  updateAsset,
} from './asset.contract.ts';
import { sendBytes } from './send-bytes.ts';

/** Assets over HTTP. */
@Controller()
export class AssetController {
  constructor(
    @Inject(AssetListService) private readonly lists: AssetListService,
    @Inject(AssetService) private readonly assets: AssetService,
    @Inject(AssetBytesService) private readonly bytes: AssetBytesService,
    @Inject(RerunService) private readonly reruns: RerunService,
    @Inject(ObjectStore) private readonly objects: ObjectStore,
  ) {}

  @Route(listAssets)
  list(@Input() input: InputOf<typeof listAssets>): Promise<AnswerOf<typeof listAssets>> {
    return this.lists.list(input.query);
  }

  @Route(getTimeline)
  timeline(@Input() input: InputOf<typeof getTimeline>): Promise<AnswerOf<typeof getTimeline>> {
    return this.lists.timeline(input.query);
  }

  @Route(getAsset)
  get(@Input() input: InputOf<typeof getAsset>): Promise<AnswerOf<typeof getAsset>> {
    return this.assets.get(input.params.id);
  }

  @Route(getAssetText)
  text(@Input() input: InputOf<typeof getAssetText>): Promise<AnswerOf<typeof getAssetText>> {
    return this.assets.text(input.params.id);
  }

  @Route(updateAsset)
  update(@Input() input: InputOf<typeof updateAsset>): Promise<AnswerOf<typeof updateAsset>> {
    return this.assets.update(input.params.id, input.body);
  }

  @Route(trashAssets)
  async trash(@Input() input: InputOf<typeof trashAssets>): Promise<AnswerOf<typeof trashAssets>> {
    return { changed: await this.assets.trash(input.body.ids) };
  }

  @Route(restoreAssets)
  async restore(@Input() input: InputOf<typeof restoreAssets>): Promise<AnswerOf<typeof restoreAssets>> {
    return { changed: await this.assets.restore(input.body.ids) };
  }

  @Route(rerunSteps)
  async rerun(@Input() input: InputOf<typeof rerunSteps>): Promise<AnswerOf<typeof rerunSteps>> {
    return { steps: await this.reruns.rerun(input.params.id, input.body.steps) };
  }

  @Route(getRendition)
  async rendition(
    @Input() input: InputOf<typeof getRendition>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { params, query } = input;
    const found = await this.bytes.rendition(params.id, params.kind, query.position);
    await sendBytes(request, reply, this.objects, {
      ...found,
      as: 'rendition',
      isVersioned: query.v === versionOf(found.sha256),
    });
  }

  @Route(getOriginal)
  async original(
    @Input() input: InputOf<typeof getOriginal>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const found = await this.bytes.original(input.params.id);
    await sendBytes(request, reply, this.objects, { ...found, as: 'attachment', isVersioned: false });
  }
}
