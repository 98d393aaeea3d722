import { CircleAlert, CircleCheck, CloudOff, Copy, Info, Lock, type LucideIcon, RotateCw, TriangleAlert } from 'lucide-react';
import type { CSSProperties, ReactNode } from 'react';
import { asProblem } from '../api/problem.ts';
import { Button, IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import { copyText } from './copy-text.ts';
import styles from './states.module.css';

interface StateProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  compact?: boolean;
  /** `h1` where it stands in place of the whole page. */
  heading?: 'h1' | 'h2';
}

/** What a place is for while nothing is in it, and the first thing to do. */
export function EmptyState({ icon: Icon, title, children, actions, compact, heading: Heading = 'h2' }: StateProps) {
  return (
    <div className={classNames(styles.state, compact && styles.compact)}>
      <div className={styles.icon}>
        <Icon aria-hidden />
      </div>
      <Heading className={styles.title}>{title}</Heading>
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
  heading: Heading = 'h2',
}: {
  error: unknown;
  /** What could not be shown, as in "The library could not be read". */
  what: string;
  onRetry?: (() => void) | undefined;
  compact?: boolean;
  /** `h1` where it stands in place of the whole page. */
  heading?: 'h1' | 'h2';
}) {
  const problem = asProblem(error);
  if (problem.status === 403) return <NoPermission what={what} compact={compact ?? false} heading={Heading} />;
  const Icon = problem.unreachable ? CloudOff : CircleAlert;
  return (
    <div className={classNames(styles.state, !problem.unreachable && styles.bad, compact && styles.compact)} role="alert">
      <div className={styles.icon}>
        <Icon aria-hidden />
      </div>
      <Heading className={styles.title}>{what}</Heading>
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
  return (
    <div className={styles.reference}>
      Correlation id <code>{id}</code>
      <IconButton label="Copy correlation id" icon={Copy} small onPress={() => copyText(id, 'Correlation id copied')} />
    </div>
  );
}

/** The place exists, but not for this person. */
export function NoPermission({
  what,
  needs,
  compact = false,
  heading = 'h2',
}: {
  what: string;
  needs?: string;
  compact?: boolean;
  heading?: 'h1' | 'h2';
}) {
  return (
    <EmptyState icon={Lock} title={what} compact={compact} heading={heading}>
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
