import { createSHA256 } from 'hash-wasm';

// Hashes one file at a time as a stream, away from the page, so that a film of many gigabytes neither fills memory nor stops a scroll.

export interface HashRequest {
  id: number;
  file: File;
}

export type HashMessage =
  | { id: number; kind: 'progress'; bytes: number }
  | { id: number; kind: 'done'; sha256: string }
  | { id: number; kind: 'failed'; message: string };

const reportEveryMs = 150;

async function hash({ id, file }: HashRequest): Promise<void> {
  const sha256 = await createSHA256();
  sha256.init();
  const reader = file.stream().getReader();
  let bytes = 0;
  let reportedAt = performance.now();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    sha256.update(part.value);
    bytes += part.value.byteLength;
    if (performance.now() - reportedAt > reportEveryMs) {
      reportedAt = performance.now();
      post({ id, kind: 'progress', bytes });
    }
  }
  post({ id, kind: 'done', sha256: sha256.digest('hex') });
}

function post(message: HashMessage): void {
  self.postMessage(message);
}

self.onmessage = (event: MessageEvent<HashRequest>) => {
  hash(event.data).catch((error: unknown) =>
    post({ id: event.data.id, kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
};
