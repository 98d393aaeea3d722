import { api, ask } from '../api/client.ts';
import { live } from '../api/live.ts';
import { asProblem } from '../api/problem.ts';
import type { AssetState, LedgerStep } from '../api/types.ts';
import { HashPool } from './hash-pool.ts';
import { Transfer } from './transfer.ts';
import { TransferRate } from './transfer-rate.ts';
import type { UploadEntries, UploadEntry } from './upload-entry.ts';

const hashers = 2;
const senders = 3;
const checkAtOnce = 100;
const checkPauseMs = 250;
const worldRetryMs = 8000;

/** Takes files through their phases: hashes two at a time, asks for many at once which are known, sends three at a time. */
export class UploadEngine {
  private readonly pool = new HashPool(hashers);
  private readonly transfers = new Map<number, Transfer>();
  private readonly rate = new TransferRate();
  private readonly store: UploadEntries;
  private checkTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(store: UploadEntries) {
    this.store = store;
    store.rateNow = () => this.rate.perSecond(performance.now());
    live.on('asset.changed', ({ id, state }) => this.understood(id, state as AssetState));
    live.on('ledger.advanced', ({ assetId, step, state }) => this.stepped(assetId, step as LedgerStep['step'], state));
    live.onGap(() => this.askAgain());
    addEventListener('online', () => this.resumeWaiting());
    setInterval(() => this.resumeWaiting(), worldRetryMs);
  }

  /** Starts whatever can start. Called after every change that may have made room. */
  wake(): void {
    const entries = this.store.all();
    let hashing = entries.filter((entry) => entry.phase === 'hashing').length;
    let sending = this.transfers.size;
    for (const entry of entries) {
      if (entry.phase !== 'queued') continue;
      if (entry.sha256 === undefined) {
        if (hashing < hashers) {
          hashing += 1;
          void this.hash(entry);
        }
      } else if (sending < senders) {
        sending += 1;
        this.send(entry);
      }
    }
  }

  pause(id: number): void {
    this.transfers.get(id)?.stop();
    this.transfers.delete(id);
    const entry = this.store.get(id);
    if (entry && ['queued', 'sending', 'waiting', 'checking'].includes(entry.phase)) this.store.update(id, { phase: 'paused' });
    this.wake();
  }

  /** Goes on with a paused or failed file, from where it was. */
  resume(id: number): void {
    const entry = this.store.get(id);
    if (!entry || !['paused', 'failed', 'waiting'].includes(entry.phase)) return;
    this.store.update(id, { phase: 'queued', error: undefined });
    this.wake();
  }

  /** Gives a file up; what was sent of it is thrown away on the appliance too. */
  giveUp(id: number): void {
    const transfer = this.transfers.get(id);
    this.transfers.delete(id);
    transfer?.discard();
    this.store.remove([id]);
    this.wake();
  }

  private resumeWaiting(): void {
    for (const entry of this.store.all()) if (entry.phase === 'waiting') this.resume(entry.id);
  }

  private async hash(entry: UploadEntry): Promise<void> {
    this.store.update(entry.id, { phase: 'hashing', hashedBytes: 0 });
    try {
      const sha256 = await this.pool.hash(entry.id, entry.file, (hashedBytes) => this.store.update(entry.id, { hashedBytes }));
      this.store.update(entry.id, { phase: 'checking', sha256, hashedBytes: entry.sizeBytes });
      this.checkSoon();
    } catch {
      this.fail(entry.id, {
        message: `${entry.name} can no longer be read.`,
        action: 'It was moved, changed or removed after you chose it. Choose it again.',
      });
    }
    this.wake();
  }

  private checkSoon(): void {
    const checking = this.store.all().filter((entry) => entry.phase === 'checking');
    if (checking.length >= checkAtOnce) void this.check();
    else this.checkTimer ??= setTimeout(() => void this.check(), checkPauseMs);
  }

  /** Asks which hashed files are known already, many in one request. */
  private async check(): Promise<void> {
    clearTimeout(this.checkTimer);
    this.checkTimer = undefined;
    const checking = this.store
      .all()
      .filter((entry) => entry.phase === 'checking')
      .slice(0, 500);
    if (checking.length === 0) return;
    try {
      const { files } = await ask(
        api.POST('/api/v1/uploads/precheck', {
          body: {
            files: checking.map(({ sha256, sizeBytes, name, folder }) => ({
              sha256: sha256 ?? '',
              sizeBytes,
              name: name.slice(0, 4096),
              folder,
            })),
          },
        }),
      );
      const known = new Map(files.map((file) => [file.sha256, file]));
      for (const { id, sha256, sizeBytes } of checking) {
        const file = known.get(sha256 ?? '');
        if (file?.assetId)
          this.store.update(id, { phase: 'known', assetId: file.assetId, cameBack: file.trashed, sentBytes: sizeBytes });
        else if (this.store.get(id)?.phase === 'checking') this.store.update(id, { phase: 'queued' });
      }
    } catch (thrown) {
      const problem = asProblem(thrown);
      for (const { id } of checking)
        if (problem.unreachable || problem.status >= 500) this.store.update(id, { phase: 'waiting', sha256: undefined });
        else this.fail(id, problem);
    }
    this.wake();
  }

  private send(entry: UploadEntry): void {
    this.store.update(entry.id, { phase: 'sending' });
    let counted = entry.sentBytes;
    const transfer = new Transfer(entry, {
      progress: (sentBytes) => {
        if (sentBytes > counted) this.rate.add(sentBytes - counted, performance.now());
        counted = sentBytes;
        this.store.update(entry.id, { sentBytes });
      },
      stored: (assetId) => {
        this.transfers.delete(entry.id);
        this.store.update(entry.id, { phase: 'stored', assetId, sentBytes: entry.sizeBytes });
        if (assetId) void this.askState(assetId);
        this.wake();
      },
      away: () => {
        this.transfers.delete(entry.id);
        this.store.update(entry.id, { phase: 'waiting' });
        this.wake();
      },
      failed: (problem) => {
        this.transfers.delete(entry.id);
        this.fail(entry.id, problem);
        this.wake();
      },
    });
    this.transfers.set(entry.id, transfer);
    void transfer.start();
  }

  private fail(id: number, { message, action, requestId }: NonNullable<UploadEntry['error']>): void {
    this.store.update(id, { phase: 'failed', error: { message, action, requestId } });
  }

  private understood(assetId: string, state: AssetState): void {
    for (const entry of this.store.all()) {
      if (entry.assetId !== assetId || entry.phase !== 'stored') continue;
      this.store.update(
        entry.id,
        state === 'processing' ? { assetState: state } : { phase: 'understood', assetState: state, step: undefined },
      );
    }
  }

  private stepped(assetId: string, step: LedgerStep['step'], state: string): void {
    if (state !== 'running') return;
    for (const entry of this.store.all())
      if (entry.assetId === assetId && entry.phase === 'stored') this.store.update(entry.id, { step });
  }

  /** After a gap in the live connection: what happened to stored files meanwhile. */
  private askAgain(): void {
    for (const entry of this.store.all()) if (entry.phase === 'stored' && entry.assetId) void this.askState(entry.assetId);
  }

  private async askState(assetId: string): Promise<void> {
    try {
      const { state } = await ask(api.GET('/api/v1/assets/{id}', { params: { path: { id: assetId } } }));
      this.understood(assetId, state);
    } catch {
      // The next event or the next gap tells.
    }
  }
}
