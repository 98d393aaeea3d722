import { RotateCw } from 'lucide-react';
import { formatDay } from '../lib/format.ts';
import page from '../shell/page.module.css';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { type Key, ownerWords, versionWords } from './key-words.ts';
import styles from './keys.module.css';

const kinds: Record<Key['kind'], string> = { organisation: 'Organisation', person: 'Person', collection: 'Collection' };

/** Whose keys there are, what each version wraps, and the button that gives one a new version. */
export function KeyTable({
  keys,
  refusal,
  onRotate,
}: {
  keys: readonly Key[];
  /** Why none can be rotated now. */
  refusal: string | false;
  onRotate: (key: Key) => void;
}) {
  return (
    <div className={page.tableBox}>
      <table className={classNames(page.table, styles.keys)}>
        <caption className="seen-by-readers-only">Keys of the organisation</caption>
        <thead>
          <tr>
            <th scope="col">Whose</th>
            <th scope="col">Versions and the keys below each</th>
            <th scope="col">Made</th>
            <th scope="col">Last rotated</th>
            <th scope="col">
              <span className="seen-by-readers-only">Rotate</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id}>
              <th scope="row">
                {ownerWords(key)} <span className={page.faint}>{key.kind === 'organisation' ? '' : kinds[key.kind]}</span>
              </th>
              <td data-label="Versions">{key.destroyedAt ? `destroyed ${formatDay(key.destroyedAt)}` : versionWords(key)}</td>
              <td data-label="Made">{formatDay(key.madeAt)}</td>
              <td data-label="Last rotated">{key.lastRotatedAt ? formatDay(key.lastRotatedAt) : 'never'}</td>
              <td className={page.number}>
                <Button
                  small
                  icon={RotateCw}
                  disabledBecause={refusal || (key.destroyedAt !== null && 'A key that was destroyed stays so.')}
                  onPress={() => onRotate(key)}
                >
                  Rotate
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
