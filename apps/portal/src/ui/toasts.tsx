import { CircleAlert, CircleCheck, Info, X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { Button, IconButton } from './button.tsx';
import { Progress } from './marks.tsx';
import { CorrelationId } from './states.tsx';
import { dismissToast, toastStore } from './toast-queue.ts';
import styles from './toasts.module.css';

const icons = { info: Info, good: CircleCheck, bad: CircleAlert };

/** Where messages about finished and failed actions appear. */
export function Toasts() {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.snapshot);
  return (
    <section className={styles.region} aria-label="Messages" aria-live="polite">
      {toasts.map((toast) => {
        const Icon = icons[toast.tone];
        return (
          <div key={toast.id} className={styles.toast} data-tone={toast.tone} role={toast.tone === 'bad' ? 'alert' : undefined}>
            <Icon aria-hidden />
            <div className={styles.words}>
              {toast.title}
              {toast.detail && (
                // Read aloud once when it appears, not with every step of what runs.
                <div className={styles.detail} aria-hidden={toast.share !== undefined}>
                  {toast.detail}
                </div>
              )}
              {toast.share !== undefined && <Progress label={toast.title} share={toast.share} />}
              {toast.requestId && <CorrelationId id={toast.requestId} />}
            </div>
            {toast.action && (
              <Button
                small
                onPress={() => {
                  toast.action?.run();
                  dismissToast(toast.id);
                }}
              >
                {toast.action.label}
              </Button>
            )}
            {toast.share === undefined && <IconButton label="Dismiss" icon={X} small onPress={() => dismissToast(toast.id)} />}
          </div>
        );
      })}
    </section>
  );
}
