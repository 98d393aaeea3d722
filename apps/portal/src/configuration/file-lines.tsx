import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ConfigBlame, configBlameQuery } from '../api/config-queries.ts';
import { formatDay } from '../lib/format.ts';
import styles from './configuration.module.css';

/** The file with line numbers, and beside each line who brought it; while it is other than recorded, nobody can say who did. */
export function FileLines({ text, isRecorded }: { text: string; isRecorded: boolean }) {
  const { data } = useQuery({ ...configBlameQuery, enabled: isRecorded });
  const lines = text.replace(/\n$/, '').split('\n');
  const isWhole = isRecorded && data?.lines.length === lines.length;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <div className={styles.file} role="group" aria-label="The file, line by line" tabIndex={0}>
      <table>
        <caption className="seen-by-readers-only">Each line with its number and who brought it</caption>
        <tbody>
          {lines.map((line, index) => {
            const number = isWhole ? data.lines[index]?.number : undefined;
            const isFirst = number !== undefined && data?.lines[index - 1]?.number !== number;
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
              <tr key={index}>
                <td className={styles.blame}>{isFirst && data && <Brought number={number} blame={data} />}</td>
                <th scope="row">{index + 1}</th>
                <td className={styles.code}>{line === '' ? ' ' : line}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Brought({ number, blame }: { number: number; blame: ConfigBlame }) {
  const generation = blame.generations.find((one) => one.number === number);
  if (!generation) return <>{number}</>;
  return (
    <Link
      to="/settings/configuration"
      search={{ generation: number }}
      title={`${generation.reason} (${formatDay(generation.instant)})`}
      aria-label={`${number} ${generation.author}: ${generation.reason}`}
    >
      {number} {generation.author}
    </Link>
  );
}
