import { Check, type LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Menu as AriaMenu, MenuItem as AriaMenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Separator } from 'react-aria-components/Separator';
import styles from './menu.module.css';

type Placement = 'bottom start' | 'bottom end' | 'top end' | 'right bottom';

/** A list of actions that opens from a button. */
export function Menu({
  label,
  trigger,
  children,
  head,
  placement = 'bottom end',
}: {
  label: string;
  trigger: ReactElement;
  children: ReactNode;
  head?: ReactNode;
  placement?: Placement;
}) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover className={styles.popover ?? ''} placement={placement} offset={4}>
        {head && <div className={styles.head}>{head}</div>}
        <AriaMenu className={styles.menu ?? ''} aria-label={label}>
          {children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

/** One action of a menu. A disabled one says why beneath its name. */
export function MenuItem({
  icon: Icon,
  danger,
  chosen,
  note,
  disabledBecause,
  onAction,
  children,
}: {
  icon?: LucideIcon;
  danger?: boolean;
  chosen?: boolean;
  note?: ReactNode;
  disabledBecause?: string | false | undefined;
  onAction: () => void;
  children: string;
}) {
  const below = disabledBecause || note;
  return (
    <AriaMenuItem
      className={styles.item ?? ''}
      textValue={children}
      isDisabled={Boolean(disabledBecause)}
      onAction={onAction}
      {...(danger ? { 'data-danger': '' } : {})}
    >
      {Icon && <Icon aria-hidden />}
      <span className={styles.words}>
        {children}
        {below && <span className={styles.note}>{below}</span>}
      </span>
      {chosen && <Check aria-label="chosen" className={styles.check} />}
    </AriaMenuItem>
  );
}

export function MenuSeparator() {
  return <Separator className={styles.separator ?? ''} />;
}

/** A small panel of controls that opens from a button: filters, density. */
export function PopPanel({
  label,
  trigger,
  children,
  placement = 'bottom end',
}: {
  label: string;
  trigger: ReactElement;
  children: ReactNode;
  placement?: Placement;
}) {
  return (
    <DialogTrigger>
      {trigger}
      <Popover className={styles.popover ?? ''} placement={placement} offset={4}>
        <Dialog className={styles.panel ?? ''} aria-label={label}>
          {children}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
