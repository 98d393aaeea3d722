import { Controller, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { APPLIANCE } from '#database';
import { type AnswerOf, Input, type InputOf, Req, Res, Route } from '#kernel';
import type { Appliance } from '#manifest';
import { PrecheckService } from '../uploads/precheck.service.ts';
import {
  readMetadata,
  requireByteCount,
  requireTus,
  requireTusBody,
  tusContentType,
  tusExtensions,
  tusVersion,
} from '../uploads/tus-headers.ts';
import { type UploadBody, type UploadProgress, UploadService } from '../uploads/upload.service.ts';
import { WholeUpload, wholeUploadBytes } from '../uploads/whole-upload.ts';
import {
  askUpload,
  createUpload,
  discoverUploads,
  endUpload,
  getUpload,
  precheckUploads,
  sendUpload,
} from './upload.contract.ts';
import { takeBody } from './upload-body.ts';

/** The tus 1.0.0 server, in terms of HTTP: which header means what. docs/adr/0003-upload-protocol.md says why it is our own. */
@Controller()
export class UploadController {
  constructor(
    @Inject(UploadService) private readonly uploads: UploadService,
    @Inject(WholeUpload) private readonly whole: WholeUpload,
    @Inject(PrecheckService) private readonly prechecks: PrecheckService,
    @Inject(APPLIANCE) private readonly appliance: Appliance,
  ) {}

  @Route(discoverUploads)
  discover(@Res() reply: FastifyReply): void {
    void reply.headers({
      'tus-resumable': tusVersion,
      'tus-version': tusVersion,
      'tus-extension': tusExtensions,
      'tus-max-size': String(this.appliance.ingest.maxFileBytes),
      'tus-checksum-algorithm': 'sha256',
    });
  }

  @Route(precheckUploads)
  precheck(@Input() input: InputOf<typeof precheckUploads>): Promise<AnswerOf<typeof precheckUploads>> {
    return this.prechecks.check(input.body.files);
  }

  @Route(createUpload)
  async create(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    answerInTus(request, reply);
    const sizeBytes = requireByteCount(request.headers, 'upload-length');
    const metadata = readMetadata(request.headers);
    const hasBody = request.headers['content-type'] === tusContentType;
    const progress = hasBody
      ? await takeBody(request, reply, async (body) => {
          if (sizeBytes <= wholeUploadBytes && body.lengthBytes === sizeBytes && sizeBytes > 0)
            return this.whole.take(sizeBytes, metadata, body);
          return this.createAndSend(sizeBytes, metadata, body);
        })
      : await this.uploads.create(sizeBytes, metadata);
    void reply.header('location', `/api/v1/uploads/${progress.id}`);
    tell(reply, progress);
  }

  @Route(sendUpload)
  async send(
    @Input() input: InputOf<typeof sendUpload>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    answerInTus(request, reply);
    requireTusBody(request.headers);
    const offset = requireByteCount(request.headers, 'upload-offset');
    tell(reply, await takeBody(request, reply, (body) => this.uploads.send(input.params.id, offset, body)));
  }

  @Route(askUpload)
  async ask(
    @Input() input: InputOf<typeof askUpload>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    answerInTus(request, reply);
    const progress = await this.uploads.ask(input.params.id);
    void reply.header('upload-length', String(progress.sizeBytes));
    tell(reply, progress);
  }

  @Route(endUpload)
  async end(
    @Input() input: InputOf<typeof endUpload>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    answerInTus(request, reply);
    await this.uploads.end(input.params.id);
  }

  @Route(getUpload)
  async get(@Input() input: InputOf<typeof getUpload>): Promise<AnswerOf<typeof getUpload>> {
    const { id, name, state, sizeBytes, offsetBytes, assetId, isDuplicate, error } = await this.uploads.get(input.params.id);
    return { id, name, state, sizeBytes, offsetBytes, assetId, duplicate: isDuplicate, error };
  }

  private async createAndSend(
    sizeBytes: number,
    metadata: ReturnType<typeof readMetadata>,
    body: UploadBody,
  ): Promise<UploadProgress> {
    const { id } = await this.uploads.create(sizeBytes, metadata);
    return sizeBytes === 0 ? this.uploads.ask(id) : this.uploads.send(id, 0, body);
  }
}

function answerInTus(request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers({ 'tus-resumable': tusVersion, 'tus-version': tusVersion });
  requireTus(request.headers);
}

function tell(reply: FastifyReply, { offsetBytes, expiresAt, assetId, isDuplicate }: UploadProgress): void {
  void reply.headers({ 'upload-offset': String(offsetBytes), 'upload-expires': expiresAt.toUTCString() });
  if (assetId !== null) void reply.headers({ 'holdfast-asset-id': assetId, 'holdfast-duplicate': String(isDuplicate) });
}
