import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type ErrorKind, HoldfastError } from '#kernel';
import type { ConfigWork } from './config-work.ts';
import type { ManifestPlace } from './manifest-place.adapter.ts';

type Name = keyof ConfigWork;
export type WorkInput<Work extends Name> = Parameters<ConfigWork[Work]>[1];
export type WorkAnswer<Work extends Name> = Awaited<ReturnType<ConfigWork[Work]>>;

/** What a thread is asked to do with the generations of a place. */
export interface ThreadQuestion {
  place: ManifestPlace;
  name: Name;
  input: unknown;
}

/** What a thread answers: errors as data, since their class does not travel. */
export interface ThreadAnswer {
  value?: unknown;
  error?: { code: string; kind: ErrorKind; message: string; action: string | undefined; values: Record<string, unknown> };
}

/** Does work with generations in a thread, one piece after the other: git answers while it is waited for, and others should not wait. */
export class ConfigThread {
  private readonly place: ManifestPlace;
  private last: Promise<unknown> = Promise.resolve();

  constructor(place: ManifestPlace) {
    this.place = place;
  }

  /** Throws what the work throws. */
  ask<Work extends Name>(name: Work, input: WorkInput<Work>): Promise<WorkAnswer<Work>> {
    const answer = this.last.then(() => askThread({ place: this.place, name, input }));
    this.last = answer.catch(() => undefined);
    return answer as Promise<WorkAnswer<Work>>;
  }
}

function askThread(question: ThreadQuestion): Promise<unknown> {
  const file = new URL(`./config.thread${extname(import.meta.url)}`, import.meta.url);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  // Sources run with the doors of sources, whoever started this process.
  const execArgv = file.pathname.endsWith('.ts') ? ['--conditions=source'] : process.execArgv;
  const thread = new Worker(file, { workerData: question, execArgv });
  thread.once('message', ({ value, error }: ThreadAnswer) => {
    if (!error) return resolve(value);
    const { code, kind, message, action, values } = error;
    reject(new HoldfastError(code, { kind, message, values, ...(action === undefined ? {} : { action }) }));
  });
  thread.once('error', reject);
  thread.once('exit', (code) => reject(new Error(`The thread of the configuration ended with ${code} and no answer.`)));
  return promise;
}
