import { DetailedError, Upload } from 'tus-js-client';
import { api, ask, requestGuardHeader } from '../api/client.ts';
import { asProblem, Problem } from '../api/problem.ts';
import type { UploadEntry } from './upload-entry.ts';

interface TransferEvents {
  progress(sentBytes: number): void;
  stored(assetId: string | undefined): void;
  /** The appliance is out of reach: try again later. */
  away(): void;
  failed(problem: Problem): void;
}

/** One file on its way by the tus protocol. It goes on from what the appliance has, also after the page was closed. */
export class Transfer {
  private readonly upload: Upload;
  private readonly events: TransferEvents;
  private stopped = false;

  constructor(entry: UploadEntry, events: TransferEvents) {
    this.events = events;
    this.upload = new Upload(entry.file, {
      endpoint: '/api/v1/uploads',
      headers: requestGuardHeader,
      retryDelays: [300, 1500, 4000],
      metadata: {
        filename: entry.name,
        folder: entry.folder,
        sha256: entry.sha256 ?? '',
        lastModified: new Date(entry.file.lastModified).toISOString(),
      },
      // The same bytes continue the same upload, whatever the file is called now.
      fingerprint: () => Promise.resolve(`holdfast:${entry.sha256}:${entry.sizeBytes}`),
      removeFingerprintOnSuccess: true,
      onProgress: (sent) => events.progress(sent),
      onSuccess: ({ lastResponse }) => void this.finish(lastResponse.getHeader('Holdfast-Asset-Id')),
      onError: (error) => this.fail(error),
    });
  }

  async start(): Promise<void> {
    const previous = await this.upload.findPreviousUploads().catch(() => []);
    const latest = previous.at(-1);
    if (latest) this.upload.resumeFromPreviousUpload(latest);
    if (!this.stopped) this.upload.start();
  }

  /** Stops sending; what has arrived stays. */
  stop(): void {
    this.stopped = true;
    void this.upload.abort(false);
  }

  /** Stops and lets the appliance throw away what has arrived. */
  discard(): void {
    this.stopped = true;
    this.upload.abort(true).catch(() => undefined);
  }

  private async finish(assetId: string | undefined): Promise<void> {
    if (assetId) return this.events.stored(assetId);
    const id = this.upload.url?.split('/').at(-1) ?? '';
    try {
      const answer = await ask(api.GET('/api/v1/uploads/{id}', { params: { path: { id } } }));
      this.events.stored(answer.assetId ?? undefined);
    } catch (thrown) {
      this.events.failed(asProblem(thrown));
    }
  }

  private fail(error: Error | DetailedError): void {
    if (this.stopped) return;
    const response = error instanceof DetailedError ? error.originalResponse : null;
    const status = response?.getStatus() ?? 0;
    if (status === 0 || status === 502 || status === 503 || status === 504 || status === 423) this.events.away();
    else this.events.failed(problemOf(response?.getBody() ?? '', status));
  }
}

function problemOf(body: string, status: number): Problem {
  try {
    return new Problem({
      code: `HTTP_${status}`,
      title: 'The upload failed',
      detail: 'The appliance refused the file.',
      ...JSON.parse(body),
      status,
    });
  } catch {
    return new Problem({
      code: `HTTP_${status}`,
      status,
      title: 'The upload failed',
      detail: `The appliance refused the file with status ${status}${body ? `: ${body.slice(0, 200)}` : ''}.`,
      action: 'Try again; if it stays, tell your administrator.',
    });
  }
}
