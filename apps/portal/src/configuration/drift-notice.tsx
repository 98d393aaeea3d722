import { useState } from 'react';
import type { Config } from '../api/config-queries.ts';
import { formatMoment } from '../lib/format.ts';
import { useNeeds } from '../session/session.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/states.tsx';
import styles from './configuration.module.css';
import { DiffLines } from './diff-lines.tsx';
import { MistakeList } from './mistake-list.tsx';
import { ReasonDialog } from './reason-dialog.tsx';
import { ValueChanges } from './value-changes.tsx';

/** The file is not what was recorded: what happened, and the ways on. */
export function DriftNotice({ config }: { config: Config }) {
  const [asks, setAsks] = useState<'adopt' | 'restore'>();
  const refusal =
    useNeeds()('config.change', 'change the configuration') || (!config.canWrite.possible && (config.canWrite.reason ?? ''));
  const { drift, mistakes, newest } = config;
  if (drift.state === 'none' || drift.state === 'unrecorded') return null;
  const canAdopt = drift.state !== 'missing';
  const broken = mistakes.length > 0 && 'It has mistakes: correct them, or put back what was recorded.';
  return (
    <div className={styles.notice}>
      <Notice tone="warn">
        <p>{sentenceOf(config)}</p>
        <MistakeList mistakes={mistakes} />
        <div className={styles.answers}>
          {canAdopt && (
            <Button small disabledBecause={refusal || broken} onPress={() => setAsks('adopt')}>
              Take it over…
            </Button>
          )}
          {drift.state !== 'profile-changed' && (
            <Button small disabledBecause={refusal} onPress={() => setAsks('restore')}>
              Put generation {newest?.number} back…
            </Button>
          )}
        </div>
      </Notice>
      {asks && (
        <ReasonDialog
          title={asks === 'adopt' ? 'Take over what is in the file?' : `Put generation ${newest?.number} back?`}
          action={asks === 'adopt' ? 'Take it over' : 'Put it back'}
          config={config}
          wish={{ kind: asks }}
          onClose={() => setAsks(undefined)}
        >
          {asks === 'restore' && <p>What was edited by hand is gone from the file then.</p>}
          {drift.state === 'profile-changed' ? <ValueChanges changes={drift.changes} /> : <DiffLines lines={drift.lines} />}
        </ReasonDialog>
      )}
    </div>
  );
}

function sentenceOf({ file, drift: { state, changedAt, owner }, newest }: Config): string {
  if (state === 'missing') return `${file} is gone.`;
  if (state === 'profile-changed')
    return `The file is as recorded in generation ${newest?.number}, but its profile says something else than it did then.`;
  const trace = changedAt ? ` It was last written ${formatMoment(changedAt)}${owner ? ` and belongs to ${owner}` : ''}.` : '';
  return `The file was edited by hand: it differs from generation ${newest?.number}.${trace}`;
}
