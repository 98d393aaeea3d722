import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { keyRotationsQuery } from '../api/keys-queries.ts';
import { formatAgo, formatCount } from '../lib/format.ts';
import page from '../shell/page.module.css';
import { Progress } from '../ui/marks.tsx';
import { type KeyRotation, providerKeyWords, rotationShare } from './key-words.ts';
import styles from './keys.module.css';

/** Rotations that run, each with how far it is; nothing while none does. */
export function RotationList({ nameOf }: { nameOf: (keyId: string) => string }) {
  const queries = useQueryClient();
  const { data } = useQuery(keyRotationsQuery);
  const running = data?.items.filter(({ state }) => state === 'running') ?? [];
  const count = running.length;
  useEffect(() => {
    // One has begun or ended: versions and what they wrap are others now.
    if (count >= 0) {
      void queries.invalidateQueries({ queryKey: ['keys', 'list'] });
      void queries.invalidateQueries({ queryKey: ['keys', 'provider'] });
    }
  }, [count, queries]);
  if (count === 0) return null;
  return (
    <ul className={styles.rotations} aria-label="Rotations under way">
      {running.map((rotation) => (
        <Rotation key={rotation.id} rotation={rotation} name={nameOfRotation(rotation, nameOf)} />
      ))}
    </ul>
  );
}

function Rotation({ rotation, name }: { rotation: KeyRotation; name: string }) {
  const { rewrapped, remaining, startedAt } = rotation;
  return (
    <li className={page.card}>
      <div className={styles.rotationHead}>
        <strong>{name}</strong>
        <span className={page.soft}>
          {formatCount(rewrapped)} of {formatCount(rewrapped + (remaining ?? 0))} keys, begun {formatAgo(startedAt)}
        </span>
      </div>
      <Progress label={`Rotation of ${name}`} share={rotationShare(rotation)} />
    </li>
  );
}

function nameOfRotation({ keyId, providerKey }: KeyRotation, nameOf: (keyId: string) => string): string {
  return keyId === null ? providerKeyWords(providerKey ?? '') : `Key: ${nameOf(keyId)}`;
}
