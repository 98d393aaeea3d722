import { useId } from 'react';
import styles from './people.module.css';
import { type Role, roleChoices } from './role-words.ts';

/** A choice of role that says what each one means. Who refuses one says why beside it. */
export function RoleChoice({
  value,
  onChange,
  refused,
}: {
  value: Role;
  onChange: (role: Role) => void;
  refused?: (role: Role) => boolean;
}) {
  const name = useId();
  return (
    <fieldset className={styles.roles}>
      <legend>Role</legend>
      {roleChoices.map(({ role, title, means }) => {
        const no = refused?.(role) ?? false;
        return (
          <label key={role} className={styles.role} data-refused={no ? '' : undefined}>
            <input
              type="radio"
              name={name}
              value={role}
              checked={value === role}
              aria-disabled={no || undefined}
              onChange={() => !no && onChange(role)}
            />
            <span>
              <strong>{title}</strong>
              <span className={styles.means}>{means}</span>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
