export interface Toast {
  id: number;
  tone: 'info' | 'good' | 'bad';
  title: string;
  detail?: string | undefined;
  requestId?: string | undefined;
  action?: { label: string; run: () => void } | undefined;
  /** How much of something long is done, 0..1: it stays until that has ended. */
  share?: number | undefined;
}

/** Something long that is shown while it runs. */
export interface RunningWork {
  update(detail: string, share: number): void;
  end(): void;
}

const shownMs = 6000;
const most = 4;
let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function replace(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** The newest few; what is still running is never pushed out. */
function withRoom(all: readonly Toast[]): readonly Toast[] {
  const finished = all.filter((entry) => entry.share === undefined).slice(-most);
  return all.filter((entry) => entry.share !== undefined || finished.includes(entry));
}

/** Says that something happened. Failures and offers stay until closed; the rest goes by itself. */
export function toast(message: Omit<Toast, 'id' | 'share'>): void {
  const id = nextId++;
  replace(withRoom([...toasts, { ...message, id }]));
  if (message.tone !== 'bad') setTimeout(() => dismissToast(id), message.action ? shownMs * 2 : shownMs);
}

/** Shows how far something long is, with the way to stop it. */
export function showWork(title: string, stop: () => void): RunningWork {
  const id = nextId++;
  replace([...toasts, { id, tone: 'info', title, share: 0, action: { label: 'Stop', run: stop } }]);
  return {
    update: (detail, share) => replace(toasts.map((entry) => (entry.id === id ? { ...entry, detail, share } : entry))),
    end: () => dismissToast(id),
  };
}

export function dismissToast(id: number): void {
  replace(toasts.filter((entry) => entry.id !== id));
}

export const toastStore = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  snapshot: (): readonly Toast[] => toasts,
};
