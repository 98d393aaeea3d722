import { NewestVersions } from './newest-versions.ts';
import type { Answer } from './types.ts';

/** What the appliance pushes; names and payloads as in `contracts/socket-events.json`. */
export interface LiveEvents {
  'asset.changed': { id: string; state: string; version: number };
  'assets.removed': { ids: string[]; count: number };
  'ledger.advanced': { assetId: string; step: string; state: string };
  'collection.changed': { id: string };
  'queue.changed': { queue: string };
  'box.sample': Answer<'getTelemetry'>;
  'reconcile.changed': { domain: string };
}

export type LiveState = 'connecting' | 'open' | 'lost';
type EventName = keyof LiveEvents;
type Listener<Name extends EventName> = (payload: LiveEvents[Name]) => void;

/** How the appliance closes the socket of a session that has ended. */
const sessionEnded = 4401;
const firstDelayMs = 500;
const longestDelayMs = 30_000;

/** How long to wait before the n-th attempt to reconnect: doubling, capped, with jitter so that many tabs do not return at once. */
export function reconnectDelayMs(attempt: number, random: number = Math.random()): number {
  const ceiling = Math.min(longestDelayMs, firstDelayMs * 2 ** attempt);
  return ceiling / 2 + (ceiling / 2) * random;
}

/** One socket to the appliance that heals itself. After a gap it says so, because what was pushed meanwhile is lost. */
export class LiveConnection {
  private socket: WebSocket | undefined;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopped = true;
  private hadGap = false;
  private readonly listeners = new Map<EventName, Set<Listener<never>>>();
  private readonly stateListeners = new Set<() => void>();
  private readonly gapListeners = new Set<() => void>();
  private readonly endListeners = new Set<() => void>();
  /** What comes only to those who ask, by how many of this page do. */
  private readonly wishes = new Map<EventName, number>();
  private readonly newest = new NewestVersions();
  state: LiveState = 'connecting';

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.open();
    addEventListener('online', this.retryNow);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    removeEventListener('online', this.retryNow);
    this.socket?.close();
    this.socket = undefined;
  }

  on<Name extends EventName>(name: Name, listener: Listener<Name>): () => void {
    const set = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, set);
    set.add(listener as Listener<never>);
    return () => set.delete(listener as Listener<never>);
  }

  /** Asks for what is pushed only to those who ask, until the answered function is called. */
  listen(name: EventName): () => void {
    this.wish(name, 1);
    return () => this.wish(name, -1);
  }

  private wish(name: EventName, change: 1 | -1): void {
    const count = (this.wishes.get(name) ?? 0) + change;
    this.wishes.set(name, count);
    if (count === (change === 1 ? 1 : 0)) this.sayWishes();
  }

  private sayWishes(): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const names = [...this.wishes].filter(([, count]) => count > 0).map(([name]) => name);
    this.socket.send(JSON.stringify({ listen: names }));
  }

  /** Called when the socket is back after a gap: everything live must be read again. */
  onGap(listener: () => void): () => void {
    this.gapListeners.add(listener);
    return () => this.gapListeners.delete(listener);
  }

  /** Called when the appliance says that the session has ended. */
  onSessionEnd(listener: () => void): () => void {
    this.endListeners.add(listener);
    return () => this.endListeners.delete(listener);
  }

  subscribe = (listener: () => void): (() => void) => {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  };

  snapshot = (): LiveState => this.state;

  private retryNow = (): void => {
    if (this.state === 'open' || this.stopped) return;
    clearTimeout(this.timer);
    this.attempt = 0;
    this.open();
  };

  private open(): void {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/events`);
    this.socket = socket;
    socket.onopen = () => {
      this.attempt = 0;
      this.change('open');
      if ([...this.wishes.values()].some((count) => count > 0)) this.sayWishes();
      if (this.hadGap) for (const listener of this.gapListeners) listener();
      this.hadGap = false;
    };
    socket.onmessage = (message) => this.dispatch(String(message.data));
    socket.onclose = ({ code }) => {
      if (this.stopped || this.socket !== socket) return;
      if (code === sessionEnded) for (const listener of this.endListeners) listener();
      this.hadGap = true;
      this.newest.forget();
      this.change('lost');
      this.timer = setTimeout(() => this.open(), reconnectDelayMs(this.attempt++));
    };
  }

  private dispatch(text: string): void {
    let message: { event?: EventName; payload?: unknown };
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (message.event === 'asset.changed') {
      const { id, version } = message.payload as LiveEvents['asset.changed'];
      if (this.newest.isLate(id, version)) return;
    }
    const set = message.event && this.listeners.get(message.event);
    if (set) for (const listener of set) listener(message.payload as never);
  }

  private change(state: LiveState): void {
    if (state === this.state) return;
    this.state = state;
    for (const listener of this.stateListeners) listener();
  }
}

/** The connection of this tab. */
export const live = new LiveConnection();
