import type { LucideIcon } from 'lucide-react';
import { LoaderCircle } from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import styles from './button.module.css';
import { classNames } from './class-names.ts';
import { Hint } from './hint.tsx';

export type ButtonKind = 'plain' | 'primary' | 'quiet' | 'danger';

interface CommonProps extends Omit<AriaButtonProps, 'children' | 'className' | 'isDisabled' | 'isPending' | 'style'> {
  kind?: ButtonKind;
  small?: boolean;
  icon?: LucideIcon | undefined;
  /** Why the button cannot be used now, in words. It stays focusable, so that everyone can learn the reason. */
  disabledBecause?: string | false | undefined;
  /** Something it started is still running. */
  busy?: boolean;
  pressed?: boolean;
  ref?: Ref<HTMLButtonElement>;
}

export interface ButtonProps extends CommonProps {
  children: ReactNode;
  wide?: boolean;
}

/** Classes of a button, for links that look like one. */
export function buttonClass({
  kind = 'plain',
  small,
  square,
  wide,
  busy,
}: { kind?: ButtonKind } & Partial<Record<'small' | 'square' | 'wide' | 'busy', boolean>>): string {
  return classNames(
    styles.button,
    styles[kind],
    small && styles.small,
    square && styles.square,
    wide && styles.wide,
    busy && styles.busy,
  );
}

function BaseButton({
  kind,
  small,
  square,
  wide,
  busy,
  icon,
  disabledBecause,
  pressed,
  children,
  ...rest
}: CommonProps & { square?: boolean; wide?: boolean; children?: ReactNode }) {
  const Icon = busy ? LoaderCircle : icon;
  const refused = Boolean(disabledBecause) || busy;
  return (
    <AriaButton
      {...rest}
      {...(refused ? { onPress: () => undefined, type: 'button' as const } : {})}
      className={buttonClass({ kind, small, square, wide, busy } as Parameters<typeof buttonClass>[0])}
      render={(props) => (
        <button
          {...props}
          {...(refused ? { 'aria-disabled': true } : {})}
          {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
        />
      )}
    >
      {Icon && <Icon aria-hidden />}
      {children}
    </AriaButton>
  );
}

/** A button with words. */
export function Button(props: ButtonProps) {
  const button = <BaseButton {...props} />;
  return props.disabledBecause ? <Hint text={props.disabledBecause}>{button}</Hint> : button;
}

export interface IconButtonProps extends CommonProps {
  /** Its name, read aloud and shown as a hint. */
  label: string;
  keys?: string | undefined;
  icon: LucideIcon;
  hintPlacement?: 'top' | 'bottom' | 'left' | 'right';
}

/** A button with only an icon: its label is its name and its hint. */
export function IconButton({ label, keys, hintPlacement, kind = 'quiet', ...rest }: IconButtonProps) {
  return (
    <Hint text={rest.disabledBecause || label} keys={keys} placement={hintPlacement ?? 'bottom'}>
      <BaseButton {...rest} kind={kind} square aria-label={label} />
    </Hint>
  );
}
