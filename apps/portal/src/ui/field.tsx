import { CircleAlert, Eye, EyeOff } from 'lucide-react';
import { type ComponentPropsWithRef, type ReactNode, useId, useState } from 'react';
import { IconButton } from './button.tsx';
import { classNames } from './class-names.ts';
import styles from './field.module.css';

interface FieldFrameProps {
  label: string;
  /** The label is for readers only: its meaning is plain from where it stands. */
  hideLabel?: boolean;
  help?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
  small?: boolean;
}

interface Describers {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean | undefined;
}

function Frame({
  label,
  hideLabel,
  help,
  error,
  optional,
  small,
  children,
}: FieldFrameProps & { children: (ids: Describers) => ReactNode }) {
  const id = useId();
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  return (
    <div className={classNames(styles.field, small && styles.small)}>
      <label htmlFor={id} className={hideLabel ? 'seen-by-readers-only' : styles.label}>
        {label} {optional && <span className={styles.optional}>(optional)</span>}
      </label>
      {children({ id, 'aria-describedby': described, 'aria-invalid': error ? true : undefined })}
      {help && (
        <div id={`${id}-help`} className={styles.help}>
          {help}
        </div>
      )}
      {error && (
        <div id={`${id}-error`} className={styles.error}>
          <CircleAlert size={14} aria-hidden style={{ marginBlockStart: 2, flex: 'none' }} />
          {error}
        </div>
      )}
    </div>
  );
}

type InputProps = FieldFrameProps & Omit<ComponentPropsWithRef<'input'>, 'onChange'> & { onChange?: (value: string) => void };

/** A line of text with its label, help and error. */
export function TextField({ label, hideLabel, help, error, optional, small, onChange, className, ...rest }: InputProps) {
  return (
    <Frame {...({ label, hideLabel, help, error, optional, small } as FieldFrameProps)}>
      {(ids) => (
        <input
          {...rest}
          {...ids}
          className={classNames(styles.input, className)}
          onChange={(event) => onChange?.(event.currentTarget.value)}
        />
      )}
    </Frame>
  );
}

/** A password that can be looked at while typing. */
export function PasswordField({ label, help, error, onChange, ...rest }: InputProps) {
  const [shown, setShown] = useState(false);
  return (
    <Frame {...({ label, help, error } as FieldFrameProps)}>
      {(ids) => (
        <div className={styles.box}>
          <input
            {...rest}
            {...ids}
            type={shown ? 'text' : 'password'}
            className={classNames(styles.input, styles.withReveal)}
            onChange={(event) => onChange?.(event.currentTarget.value)}
          />
          <div className={styles.reveal}>
            <IconButton
              label={shown ? 'Hide password' : 'Show password'}
              icon={shown ? EyeOff : Eye}
              onPress={() => setShown(!shown)}
            />
          </div>
        </div>
      )}
    </Frame>
  );
}

type AreaProps = FieldFrameProps & Omit<ComponentPropsWithRef<'textarea'>, 'onChange'> & { onChange?: (value: string) => void };

/** Several lines of text. */
export function TextArea({ label, hideLabel, help, error, optional, onChange, ...rest }: AreaProps) {
  return (
    <Frame {...({ label, hideLabel, help, error, optional } as FieldFrameProps)}>
      {(ids) => (
        <textarea {...rest} {...ids} className={styles.input} onChange={(event) => onChange?.(event.currentTarget.value)} />
      )}
    </Frame>
  );
}

/** A choice among a few words: the browser's own list, which every device knows how to show. */
export function SelectField<Value extends string>({
  label,
  hideLabel,
  help,
  small,
  value,
  options,
  onChange,
}: FieldFrameProps & { value: Value; options: readonly { value: Value; label: string }[]; onChange: (value: Value) => void }) {
  return (
    <Frame {...({ label, hideLabel, help, small } as FieldFrameProps)}>
      {(ids) => (
        <select
          {...ids}
          className={styles.input}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value as Value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Frame>
  );
}

/** A yes or no with its words; `as="switch"` where it takes effect at once. */
export function Checkbox({
  label,
  checked,
  partly,
  as,
  disabledBecause,
  onChange,
}: {
  label: ReactNode;
  checked: boolean;
  partly?: boolean;
  as?: 'switch';
  disabledBecause?: string | false | undefined;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label className={styles.check} data-refused={disabledBecause ? '' : undefined} title={disabledBecause || undefined}>
      <input
        type="checkbox"
        role={as}
        checked={checked}
        aria-disabled={disabledBecause ? true : undefined}
        ref={(input) => {
          if (input) input.indeterminate = Boolean(partly);
        }}
        onChange={(event) => !disabledBecause && onChange(event.currentTarget.checked)}
      />
      {label}
    </label>
  );
}
