import { useVirtualizer } from '@tanstack/react-virtual';
import { CircleHelp } from 'lucide-react';
import { useRef } from 'react';
import type { MovePlan, PlannedMove } from '../api/types.ts';
import { formatBytes, formatCount } from '../lib/format.ts';
import { IconButton } from '../ui/button.tsx';
import { Badge } from '../ui/marks.tsx';
import { FromTo } from './from-to.tsx';
import { MovedThing } from './moved-thing.tsx';
import styles from './plan.module.css';
import { ruleWords } from './storage-words.ts';

/** The moves of a plan in their order; only those in sight are drawn. */
export function PlanList({ plan, onExplain }: { plan: MovePlan; onExplain: (objectId: string) => void }) {
  const { moves, totalMoves } = plan;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: moves.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 40,
    getItemKey: (index) => moves[index]?.objectId ?? index,
    overscan: 8,
  });
  if (moves.length === 0) return <p className={styles.listNote}>None of them is of your organisation.</p>;
  return (
    <>
      <div
        ref={scroller}
        className={styles.moves}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
        tabIndex={0}
      >
        <ul aria-label="Planned moves, in their order" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => {
            const move = moves[item.index];
            return (
              move && (
                <li
                  key={item.key}
                  ref={rows.measureElement}
                  data-index={item.index}
                  aria-setsize={moves.length}
                  aria-posinset={item.index + 1}
                  className={styles.move}
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  <MoveRow move={move} onExplain={onExplain} />
                </li>
              )
            );
          })}
        </ul>
      </div>
      <p className={styles.listNote}>
        {moves.length < totalMoves
          ? `The first ${formatCount(moves.length)} of ${formatCount(totalMoves)} moves; those of other organisations are counted, not listed.`
          : 'This is the whole plan.'}
      </p>
    </>
  );
}

function MoveRow({ move, onExplain }: { move: PlannedMove; onExplain: (objectId: string) => void }) {
  const { objectId, asset, from, to, bytes, rule, reason } = move;
  return (
    <>
      <Badge tone={ruleWords[rule].tone}>{ruleWords[rule].word}</Badge>
      <FromTo from={from} to={to} />
      <span className={styles.moveBytes}>{formatBytes(bytes)}</span>
      <span className={styles.moveReason}>{reason}</span>
      <MovedThing asset={asset} objectId={objectId} />
      <IconButton
        small
        label={`Explain object ${objectId.slice(-8)}`}
        icon={CircleHelp}
        hintPlacement="left"
        onPress={() => onExplain(objectId)}
      />
    </>
  );
}
