import { CircleAlert, CircleCheck, CloudOff, Copy, Info, Lock, type LucideIcon, RotateCw, TriangleAlert } from 'lucide-react';
import type { CSSProperties, ReactNode } from 'react';
import { asProblem } from '../api/problem.ts';
import { Button, IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import styles from './states.module.css';
import { toast } from './toast-queue.ts';

interface StateProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  compact?: boolean;
}

/** What a place is for while nothing is in it, and the first thing to do. */
export function EmptyState({ icon: Icon, title, children, actions, compact }: StateProps) {
  return (
    <div className={classNames(styles.state, compact && styles.compact)}>
      <div className={styles.icon}>
        <Icon aria-hidden />
      </div>
      <h2 className={styles.title}>{title}</h2>
      {children && <div className={styles.text}>{children}</div>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}

/** What failed, what to do, and the id by which the log finds it. Says offline and not allowed in their own words. */
export function ErrorState({
  error,
  what,
  onRetry,
  compact,
}: {
  error: unknown;
  /** What could not be shown, as in "The library could not be read". */
  what: string;
  onRetry?: (() => void) | undefined;
  compact?: boolean;
}) {
  const problem = asProblem(error);
  if (problem.status === 403) return <NoPermission what={what} compact={compact ?? false} />;
  const Icon = problem.unreachable ? CloudOff : CircleAlert;
  return (
    <div className={classNames(styles.state, !problem.unreachable && styles.bad, compact && styles.compact)} role="alert">
      <div className={styles.icon}>
        <Icon aria-hidden />
      </div>
      <h2 className={styles.title}>{what}</h2>
      <p className={styles.text}>{problem.message}</p>
      {problem.action && <p className={styles.text}>{problem.action}</p>}
      {onRetry && (
        <div className={styles.actions}>
          <Button icon={RotateCw} onPress={onRetry}>
            Try again
          </Button>
        </div>
      )}
      {problem.requestId && <CorrelationId id={problem.requestId} />}
    </div>
  );
}

/** The id of a failed request, to copy into a message to the administrator. */
export function CorrelationId({ id }: { id: string }) {
  const copy = async () => {
    await navigator.clipboard.writeText(id);
    toast({ tone: 'good', title: 'Correlation id copied' });
  };
  return (
    <div className={styles.reference}>
      Correlation id <code>{id}</code>
      <IconButton label="Copy correlation id" icon={Copy} small onPress={copy} />
    </div>
  );
}

/** The place exists, but not for this person. */
export function NoPermission({ what, needs, compact }: { what: string; needs?: string; compact?: boolean }) {
  return (
    <EmptyState icon={Lock} title={what} compact={compact ?? false}>
      Your role does not allow this{needs && ` (it needs ${needs})`}. An administrator of your organisation can grant it.
    </EmptyState>
  );
}

const noticeIcons: Record<string, LucideIcon> = { info: Info, good: CircleCheck, warn: TriangleAlert, bad: CircleAlert };

/** A remark inside a page: what is missing and why, or what is going on. */
export function Notice({ tone = 'info', children }: { tone?: 'info' | 'good' | 'warn' | 'bad'; children: ReactNode }) {
  const Icon = noticeIcons[tone] ?? Info;
  return (
    <div className={styles.notice} data-tone={tone} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon aria-hidden />
      <div>{children}</div>
    </div>
  );
}

/** A grey shape where something will be. The page around it names what is loading. */
export function Skeleton({
  width = '100%',
  height = 14,
  style,
}: {
  width?: number | string;
  height?: number | string;
  style?: CSSProperties;
}) {
  return <div aria-hidden className={styles.skeleton} style={{ width, height, ...style }} />;
}

/** Wraps skeletons and tells readers that something is on its way. */
export function Loading({ what, children }: { what: string; children: ReactNode }) {
  return (
    <div aria-busy="true">
      <span role="status" className="seen-by-readers-only">
        Loading {what}
      </span>
      {children}
    </div>
  );
}
