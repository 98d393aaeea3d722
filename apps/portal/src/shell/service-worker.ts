import { toast } from '../ui/toast-queue.ts';

/** Keeps the shell of the portal for times without network. Development serves no worker, so nothing stale gets in the way. */
export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const updating = navigator.serviceWorker.controller !== null;
  addEventListener('load', () => {
    navigator.serviceWorker.register('/service-worker.js').catch(() => undefined);
  });
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (updating)
      toast({
        tone: 'info',
        title: 'The appliance was updated',
        action: { label: 'Reload', run: () => location.reload() },
      });
  });
}
