import type { MovePlan } from '../api/types.ts';
import { formatBytes, formatCount } from '../lib/format.ts';
import page from '../shell/page.module.css';
import { classNames } from '../ui/class-names.ts';
import { Badge } from '../ui/marks.tsx';
import { FromTo } from './from-to.tsx';
import styles from './plan.module.css';
import { ruleWords } from './storage-words.ts';

/** A plan in a few lines: by rule and direction, how many and how much. */
export function PlanGroups({ groups }: { groups: MovePlan['groups'] }) {
  return (
    <table className={classNames(page.table, styles.groups)}>
      <caption className="seen-by-readers-only">The plan by rule</caption>
      <thead>
        <tr>
          <th scope="col">Rule</th>
          <th scope="col">From, to</th>
          <th scope="col">Because</th>
          <th scope="col" className={page.number}>
            Moves
          </th>
          <th scope="col" className={page.number}>
            Bytes
          </th>
        </tr>
      </thead>
      <tbody>
        {groups.map(({ rule, from, to, reason, moves, bytes }) => (
          <tr key={`${rule} ${from} ${to} ${reason}`}>
            <td data-label="Rule">
              <Badge tone={ruleWords[rule].tone}>{ruleWords[rule].word}</Badge>
            </td>
            <td data-label="From, to">
              <FromTo from={from} to={to} />
            </td>
            <td data-label="Because" data-wide>
              {reason}
            </td>
            <td data-label="Moves" className={page.number}>
              {formatCount(moves)}
            </td>
            <td data-label="Bytes" className={page.number}>
              {formatBytes(bytes)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
