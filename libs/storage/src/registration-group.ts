import { AsyncLocalStorage } from 'node:async_hooks';
import type { NewObjectFile, ObjectFile } from './object-rows.repository.ts';

interface Waiting {
  file: NewObjectFile;
  resolve: (row: ObjectFile) => void;
  reject: (error: unknown) => void;
}

const largestBatch = 64;

/** Writes the rows of many new files in one statement: whoever comes while one runs shares the next. */
export class RegistrationGroup {
  readonly #register: (files: NewObjectFile[]) => Promise<ObjectFile[]>;
  /** A batch belongs to nobody's transaction and to no organisation. */
  readonly #outside = AsyncLocalStorage.snapshot();
  #waiting: Waiting[] = [];
  #isRunning = false;

  constructor(register: (files: NewObjectFile[]) => Promise<ObjectFile[]>) {
    this.#register = register;
  }

  /** Resolves with the row of the file's bytes: its own, or the one that was there. */
  register(file: NewObjectFile): Promise<ObjectFile> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ file, resolve, reject });
      if (!this.#isRunning) void this.#outside(() => this.#run());
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, largestBatch);
      try {
        const rows = await this.#register(batch.map(({ file }) => file));
        for (const [index, { resolve }] of batch.entries()) resolve(rows[index] as ObjectFile);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isRunning = false;
  }
}
