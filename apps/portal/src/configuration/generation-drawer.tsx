import { useQuery } from '@tanstack/react-query';
import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import { type Config, type ConfigDiff, configDiffQuery, configQuery } from '../api/config-queries.ts';
import { formatMoment } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import { useNeeds } from '../session/session.ts';
import { Button } from '../ui/button.tsx';
import { Drawer } from '../ui/dialog.tsx';
import { Skeleton } from '../ui/states.tsx';
import styles from './configuration.module.css';
import { DiffLines } from './diff-lines.tsx';
import { ReasonDialog } from './reason-dialog.tsx';
import { ValueChanges } from './value-changes.tsx';

/** What a generation changed, who signed for it, and the way back to it. */
export function GenerationDrawer({
  number,
  newest,
  onClose,
}: Pick<Config, 'newest'> & { number: number; onClose: () => void }) {
  const query = useQuery(configDiffQuery(number));
  return (
    <Drawer title={`Generation ${number}`} open onClose={onClose} width={720}>
      <Reading query={query} what="the generation" failed="It could not be read" skeleton={<Skeleton height={240} />} compact>
        {(diff) => (
          <div className={styles.question}>
            <p>
              {diff.to.author}, {formatMoment(diff.to.instant)}: {diff.to.reason}
            </p>
            <Changed diff={diff} />
            <p className={styles.faint}>
              Signed by the key <code>{diff.to.key.slice(0, 16)}…</code>
            </p>
            {newest && newest.number !== number && <GoBack number={number} />}
          </div>
        )}
      </Reading>
    </Drawer>
  );
}

function Changed({ diff: { from, to, lines, changes } }: { diff: ConfigDiff }) {
  if (from.number === to.number) return <p>The first one: nothing was recorded before.</p>;
  return (
    <>
      <ValueChanges changes={changes} />
      <DiffLines lines={lines} />
    </>
  );
}

function GoBack({ number }: { number: number }) {
  const [asks, setAsks] = useState(false);
  const { data: config } = useQuery(configQuery);
  const refusal =
    useNeeds()('config.change', 'change the configuration') ||
    (config && !config.canWrite.possible && (config.canWrite.reason ?? 'It cannot be written from here.'));
  return (
    <div>
      <Button icon={Undo2} disabledBecause={refusal} onPress={() => setAsks(true)}>
        Go back to this…
      </Button>
      {asks && config && (
        <ReasonDialog
          title={`Go back to generation ${number}?`}
          action="Go back"
          config={config}
          wish={{ kind: 'restore', generation: number }}
          onClose={() => setAsks(false)}
        >
          <p>
            The file is written again as it was in generation {number}, as a new generation; nothing of the history is lost.
            What was edited by hand and never taken over is gone from the file then.
          </p>
        </ReasonDialog>
      )}
    </div>
  );
}
