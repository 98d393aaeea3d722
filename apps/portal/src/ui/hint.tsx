import type { ReactElement, ReactNode } from 'react';
import { Focusable } from 'react-aria-components/Focusable';
import { Tooltip, TooltipTrigger } from 'react-aria-components/Tooltip';
import styles from './hint.module.css';
import { useHintOpen } from './use-hint-open.ts';

type Placement = 'top' | 'bottom' | 'left' | 'right';

/** A short explanation beside a control, on hover and on keyboard focus. `children` is one of our pressable controls. */
export function Hint({
  text,
  keys,
  placement = 'bottom',
  children,
}: {
  text: ReactNode;
  keys?: string | undefined;
  placement?: Placement;
  children: ReactElement;
}) {
  const { isOpen, onOpenChange } = useHintOpen();
  return (
    <TooltipTrigger delay={350} closeDelay={0} isOpen={isOpen} onOpenChange={onOpenChange}>
      {children}
      <Tooltip className={styles.hint ?? ''} placement={placement} offset={6}>
        {text}
        {keys && <kbd>{keys}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  );
}

/** The same for an element that is not one of our buttons; it must be able to take focus. */
export function HintOn({
  text,
  placement = 'bottom',
  children,
}: {
  text: ReactNode;
  placement?: Placement;
  children: ReactElement<React.DOMAttributes<HTMLElement>, string>;
}) {
  return (
    <Hint text={text} placement={placement}>
      <Focusable>{children}</Focusable>
    </Hint>
  );
}
