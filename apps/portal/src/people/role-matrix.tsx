import { Check, Minus } from 'lucide-react';
import page from '../shell/page.module.css';
import { classNames } from '../ui/class-names.ts';
import styles from './people.module.css';
import { abilities, roleChoices } from './role-words.ts';

/** What each role may do, as the appliance decides it on every request. */
export function RoleMatrix() {
  return (
    <div className={page.tableBox}>
      <table className={classNames(styles.matrix)}>
        <caption className="seen-by-readers-only">What each role may do</caption>
        <thead>
          <tr>
            <th scope="col">May</th>
            {roleChoices.map(({ role, title }) => (
              <th key={role} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {abilities.map(({ title, roles }) => (
            <tr key={title}>
              <th scope="row">{title}</th>
              {roleChoices.map(({ role }) => (
                <td key={role}>
                  {roles.includes(role) ? (
                    <Check role="img" aria-label="yes" className={styles.yes} />
                  ) : (
                    <Minus role="img" aria-label="no" className={styles.no} />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
