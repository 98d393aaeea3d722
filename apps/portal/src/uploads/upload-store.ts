import { useSyncExternalStore } from 'react';
import { toast } from '../ui/toast-queue.ts';
import type { FoundFile } from './folder-walk.ts';
import { needsPage, summarise, type UploadEntries, type UploadEntry, type UploadSummary } from './upload-entry.ts';

export interface UploadView {
  entries: readonly UploadEntry[];
  summary: UploadSummary;
  /** Bytes per second. */
  rate: number;
  open: boolean;
}

type Engine = import('./upload-engine.ts').UploadEngine;

const noticeMs = 120;

/** The uploads of this tab. Lives outside the pages, so going from one to another disturbs nothing. */
class UploadStore implements UploadEntries {
  private readonly entries = new Map<number, UploadEntry>();
  private readonly listeners = new Set<() => void>();
  private engine: Promise<Engine> | undefined;
  private nextId = 1;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private view: UploadView = { entries: [], summary: summarise([]), rate: 0, open: false };
  rateNow: () => number = () => 0;

  constructor() {
    if (typeof window !== 'undefined')
      addEventListener('beforeunload', (event) => {
        if (this.all().some(needsPage)) event.preventDefault();
      });
  }

  /** Takes files in and starts on them. */
  add(found: readonly FoundFile[]): void {
    if (found.length === 0) {
      toast({ tone: 'info', title: 'There was no file in what you dropped' });
      return;
    }
    for (const { file, folder } of found) {
      const id = this.nextId++;
      this.entries.set(id, {
        id,
        file,
        name: file.name,
        folder,
        sizeBytes: file.size,
        phase: 'queued',
        hashedBytes: 0,
        sentBytes: 0,
      });
    }
    this.setOpen(true);
    void this.withEngine((engine) => engine.wake());
  }

  all(): UploadEntry[] {
    return [...this.entries.values()];
  }

  get(id: number): UploadEntry | undefined {
    return this.entries.get(id);
  }

  update(id: number, change: Partial<UploadEntry>): void {
    const entry = this.entries.get(id);
    if (!entry) return;
    this.entries.set(id, { ...entry, ...change });
    this.notice();
  }

  remove(ids: readonly number[]): void {
    for (const id of ids) this.entries.delete(id);
    this.notice();
  }

  setOpen(open: boolean): void {
    this.view = { ...this.view, open };
    this.publish();
  }

  /** Runs something on the engine, which loads when the first file arrives. */
  async withEngine(run: (engine: Engine) => void): Promise<void> {
    this.engine ??= import('./upload-engine.ts').then(({ UploadEngine }) => new UploadEngine(this));
    run(await this.engine);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  snapshot = (): UploadView => this.view;

  /** Thousands of progress reports a second become eight redraws. */
  private notice(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.publish();
    }, noticeMs);
  }

  private publish(): void {
    const entries = this.all();
    this.view = { ...this.view, entries, summary: summarise(entries), rate: this.rateNow() };
    for (const listener of this.listeners) listener();
  }
}

export const uploads = new UploadStore();

/** The uploads, following their progress. */
export function useUploads(): UploadView {
  return useSyncExternalStore(uploads.subscribe, uploads.snapshot);
}
