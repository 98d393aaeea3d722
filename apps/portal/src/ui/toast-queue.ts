export interface Toast {
  id: number;
  tone: 'info' | 'good' | 'bad';
  title: string;
  detail?: string | undefined;
  requestId?: string | undefined;
  action?: { label: string; run: () => void } | undefined;
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

/** Says that something happened. Failures and offers stay until closed; the rest goes by itself. */
export function toast(message: Omit<Toast, 'id'>): void {
  const id = nextId++;
  replace([...toasts, { ...message, id }].slice(-most));
  if (message.tone !== 'bad') setTimeout(() => dismissToast(id), message.action ? shownMs * 2 : shownMs);
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
