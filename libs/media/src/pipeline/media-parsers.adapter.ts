import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { APPLIANCE } from '#database';
import { Turns } from '#kernel';
import type { Appliance } from '#manifest';
import type { ParserPool } from '#sandbox';
import {
  analyseDocument,
  analyseImage,
  analyseSound,
  analyseVideo,
  type DocumentAnalysis,
  type FfmpegShare,
  type ImageAnalysis,
  type ImageOptions,
  makeProxy,
  openDocumentPool,
  openImagePool,
  type Probe,
  probeVideoOrAudio,
  readCover,
  readSubtitles,
  renderPdfPages,
  type SoundAnalysis,
  type SubtitleTrack,
  type TensorSpec,
  type VideoAnalysis,
  type VideoProxy,
} from '../parsers/index.ts';

/** A file on its way through parsers: where it lies, what it is, and where working files may go. */
export interface LentFile {
  file: string;
  mediaType: string;
  scratchFolder: string;
  signal: AbortSignal;
}

/** The sandboxed parsers of this process, with the limits of the manifest. Each throws the file's or the world's error. */
@Injectable()
export class MediaParsers implements OnApplicationShutdown {
  private readonly settings: Appliance['parsers'];
  private readonly images: ParserPool;
  private readonly documents: ParserPool;
  private readonly ffmpeg: FfmpegShare;

  constructor(@Inject(APPLIANCE) appliance: Appliance) {
    this.settings = appliance.parsers;
    const { threads, processes } = appliance.ffmpeg;
    this.ffmpeg = { threads, turns: new Turns(processes ?? Number.POSITIVE_INFINITY) };
    this.images = openImagePool(this.settings);
    this.documents = openDocumentPool(this.settings);
  }

  /** Everything about a picture from one decode. */
  image(bytes: Uint8Array, options: Omit<ImageOptions, 'settings'>): Promise<ImageAnalysis> {
    return analyseImage(this.images, bytes, { ...options, settings: this.settings });
  }

  /** What a recording says about itself. */
  probe(lent: LentFile): Promise<Probe> {
    return probeVideoOrAudio(this.source(lent));
  }

  /** Shots, poster and hover strip of a video. */
  video(lent: LentFile, probe: Probe, tensors: readonly TensorSpec[]): Promise<VideoAnalysis> {
    return analyseVideo({ ...this.source(lent), probe, tensors, pool: this.images, scratchFolder: lent.scratchFolder });
  }

  /** A version of a video that every browser plays. */
  proxy(lent: LentFile, probe: Probe): Promise<VideoProxy> {
    return makeProxy({ ...this.source(lent), probe, scratchFolder: lent.scratchFolder });
  }

  /** Waveform and speech file of a recording; null where it has no sound track. */
  sound(lent: LentFile, probe: Probe): Promise<SoundAnalysis | null> {
    return analyseSound({ ...this.source(lent), probe, scratchFolder: lent.scratchFolder });
  }

  /** The subtitles that a recording carries as text. */
  subtitles(lent: LentFile, probe: Probe): Promise<{ tracks: SubtitleTrack[]; cpuMs: number }> {
    return readSubtitles({ ...this.source(lent), scratchFolder: lent.scratchFolder }, probe);
  }

  /** The picture that belongs to a recording; null without one. */
  cover(lent: LentFile, probe: Probe): Promise<{ bytes: Buffer; mediaType: string } | null> {
    return readCover(this.source(lent), probe);
  }

  /** Text, properties and page pictures of a document. */
  document(lent: LentFile, picturePages: number, tensors: readonly TensorSpec[]): Promise<DocumentAnalysis> {
    const { file, mediaType, signal, scratchFolder } = lent;
    const pools = { imagePool: this.images, documentPool: this.documents };
    return analyseDocument({
      file,
      mediaType,
      signal,
      scratchFolder,
      picturePages,
      tensors,
      settings: this.settings,
      ...pools,
    });
  }

  /** Pages of a PDF as JPEG pictures, from the first to the last named (counted from 1). */
  async pdfPages(
    { file, signal, scratchFolder }: LentFile,
    first: number,
    last: number,
    edge: number,
  ): Promise<{ page: number; bytes: Buffer }[]> {
    const { pages } = await renderPdfPages({ file, signal, settings: this.settings }, first, last, edge, scratchFolder);
    return pages;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.images.close(), this.documents.close()]);
  }

  private source({ file, mediaType, signal }: LentFile) {
    return { file, mediaType, signal, settings: this.settings, ffmpeg: this.ffmpeg };
  }
}
