import type { WebSocket } from 'ws';
import { type BoxSample, type BoxSampler, boxSampled } from '#monitoring';

/** A reader this far behind misses samples: the next one says all that counts. */
const largestBacklogBytes = 65_536;

/** What a browser asks to hear beside what everybody is told: `{"listen":["box.sample"]}`. */
function wishOf(text: string): boolean | undefined {
  try {
    const { listen } = JSON.parse(text) as { listen?: unknown };
    return Array.isArray(listen) ? listen.includes(boxSampled.name) : undefined;
  } catch {
    return undefined;
  }
}

/** Sends samples of the box to the sockets that asked for them; while none does, none are taken for them. */
export class SampleFeed {
  private readonly sockets = new Map<WebSocket, () => boolean>();
  private stop: (() => void) | undefined;

  constructor(private readonly sampler: Pick<BoxSampler, 'listen'>) {}

  /** Hears what a socket asks for. `mayHear` is asked before each sample. */
  attach(socket: WebSocket, mayHear: () => boolean): void {
    socket.on('message', (data) => {
      const wish = wishOf(String(data));
      if (wish === undefined) return;
      if (wish) this.sockets.set(socket, mayHear);
      else this.sockets.delete(socket);
      this.turn();
    });
    socket.on('close', () => {
      this.sockets.delete(socket);
      this.turn();
    });
  }

  private turn(): void {
    if (this.sockets.size > 0) this.stop ??= this.sampler.listen((sample) => this.send(sample));
    else {
      this.stop?.();
      this.stop = undefined;
    }
  }

  private send(sample: BoxSample): void {
    const message = Buffer.from(JSON.stringify({ event: boxSampled.name, payload: sample }));
    for (const [socket, mayHear] of this.sockets)
      if (mayHear() && socket.bufferedAmount < largestBacklogBytes) socket.send(message, { binary: false });
  }
}
