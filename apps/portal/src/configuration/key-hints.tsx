import { useQuery } from '@tanstack/react-query';
import { configSchemaQuery } from '../api/config-queries.ts';
import styles from './configuration.module.css';
import { hintsAt, placeOf, type SchemaPart } from './schema-keys.ts';

const most = 24;

/** Keys that may be said where the caret is, with what they mean; pressing one writes it. */
export function KeyHints({
  text,
  caret,
  onChoose,
}: {
  text: string;
  caret: number;
  onChoose: (name: string, word: string) => void;
}) {
  const { data } = useQuery(configSchemaQuery);
  const place = placeOf(text, caret);
  const hints = data && place ? hintsAt(data as SchemaPart, place).slice(0, most) : [];
  if (!place || hints.length === 0) return null;
  const path = place.path.filter((part) => part !== 0).join('.');
  return (
    <details className={styles.hints} open={place.word !== ''}>
      <summary>Keys that fit here{path && ` (${path})`}</summary>
      <ul>
        {hints.map(({ name, description }) => (
          <li key={name}>
            <button type="button" onClick={() => onChoose(name, place.word)}>
              <code>{name}</code>
            </button>
            <span>{description}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
