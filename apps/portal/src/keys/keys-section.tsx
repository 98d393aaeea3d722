import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { KeyRound, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { keyPages, providerKeysQuery } from '../api/keys-queries.ts';
import { systemQuery } from '../api/queries.ts';
import type { System } from '../api/types.ts';
import { formatDay, formatMoment } from '../lib/format.ts';
import { type Figure, Figures } from '../reading/figures.tsx';
import { Reading } from '../reading/reading.tsx';
import { useNeeds } from '../session/session.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { Badge } from '../ui/marks.tsx';
import { EmptyState, Notice, Skeleton } from '../ui/states.tsx';
import { KeyHistory } from './key-history.tsx';
import { KeyTable } from './key-table.tsx';
import { cannotRotate, ownerWords, sealWords, shareWords, stateWords } from './key-words.ts';
import styles from './keys.module.css';
import { RotateDialog, type RotationWish } from './rotate-dialog.tsx';
import { RotationList } from './rotation-list.tsx';

/** How the keys are, whose there are, and the way to rotate them: for administrators. */
export function Keys() {
  const { data: system } = useQuery(systemQuery);
  const [wish, setWish] = useState<RotationWish>();
  const keys = system?.keys;
  const refusal = useNeeds()('keys.update', 'rotate keys') || cannotRotate(keys?.state);
  return (
    <Section
      title="Keys"
      aside={
        <>
          {keys && <Badge tone={stateWords[keys.state].tone}>{stateWords[keys.state].word}</Badge>}
          <span className={styles.action}>
            <Button
              small
              icon={RotateCw}
              disabledBecause={refusal}
              onPress={() => setWish({ id: undefined, name: "the provider's keys" })}
            >
              Rotate the provider's keys
            </Button>
          </span>
        </>
      }
    >
      <div className={styles.parts}>
        {keys && <State keys={keys} />}
        <KeyHistory />
        <List refusal={refusal} onRotate={setWish} />
      </div>
      {wish && <RotateDialog wish={wish} onClose={() => setWish(undefined)} />}
    </Section>
  );
}

function State({ keys }: { keys: System['keys'] }) {
  const { data: provider } = useQuery({ ...providerKeysQuery, enabled: keys.state === 'READY' });
  const shares = shareWords(keys);
  const seal = sealWords(keys);
  // A keystore under an account of its own takes such orders from root alone.
  const holdfast = keys.keeper?.isSeparate ? 'sudo ./holdfast' : './holdfast';
  const subjectKey = provider?.items.find(({ name }) => name === 'hf-subject');
  const figures: Figure[] = [
    {
      label: 'State',
      value: stateWords[keys.state].word,
      note: keys.readableUntil ? `readable until ${formatMoment(keys.readableUntil)}` : `since ${formatMoment(keys.since)}`,
      tone: stateWords[keys.state].tone,
    },
    { label: 'Master key under', value: seal.title, note: seal.means, ...(seal.tone ? { tone: seal.tone } : {}) },
  ];
  if (keys.keeper)
    figures.push({
      label: 'Keystore runs as',
      value: keys.keeper.account,
      note: keys.keeper.isSeparate ? 'an account of its own' : "the appliance's own account",
    });
  if (shares)
    figures.push({
      label: 'Recovery shares',
      value: keys.recoveryShares ? `${keys.recoveryShares.shares}` : 'None',
      note: keys.recoveryShares ? `${shares}, made ${formatDay(keys.recoveryShares.createdAt)}` : shares,
      ...(keys.recoveryShares ? {} : { tone: 'warn' as const }),
    });
  if (subjectKey)
    figures.push({
      label: "Provider's keys",
      value: `v${subjectKey.latestVersion}`,
      note: `since ${formatDay(subjectKey.madeAt)}, ${subjectKey.versions} kept for backups`,
    });
  return (
    <>
      <Figures label="How the keys are" figures={figures} />
      {keys.state !== 'READY' && keys.reason && (
        <Notice tone="bad">
          {keys.reason} On the machine: <code>./holdfast keys {keys.state === 'SEALED' ? 'unseal' : 'status'}</code>
        </Notice>
      )}
      {keys.warnings.map((warning) => (
        <Notice key={warning} tone="warn">
          {warning} On the machine: <code>{holdfast} keys reseal</code>
        </Notice>
      ))}
      {shares && !keys.recoveryShares && (
        <Notice tone="warn">
          Without recovery shares a lost seal is the end of all media. On the machine: <code>{holdfast} keys shares</code>
        </Notice>
      )}
    </>
  );
}

function List({ refusal, onRotate }: { refusal: string | false; onRotate: (wish: RotationWish) => void }) {
  const query = useInfiniteQuery(keyPages);
  const keys = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const nameOf = (keyId: string) => {
    const key = keys.find(({ id }) => id === keyId);
    return key ? ownerWords(key) : keyId;
  };
  return (
    <>
      <RotationList nameOf={nameOf} />
      <Reading query={query} what="the keys" failed="The keys could not be read" skeleton={<KeysSkeleton />} compact>
        {() =>
          keys.length === 0 ? (
            <div className={page.card}>
              <EmptyState compact icon={KeyRound} title="No keys yet">
                They are made when the first file arrives.
              </EmptyState>
            </div>
          ) : (
            <>
              <KeyTable
                keys={keys}
                refusal={refusal}
                onRotate={(key) => onRotate({ id: key.id, name: `the key of ${ownerWords(key)}` })}
              />
              {query.hasNextPage && (
                <Button busy={query.isFetchingNextPage} onPress={() => void query.fetchNextPage()}>
                  Show more keys
                </Button>
              )}
            </>
          )
        }
      </Reading>
    </>
  );
}

function KeysSkeleton() {
  return (
    <div className={page.card} style={{ display: 'grid', gap: 16 }}>
      <Skeleton width="70%" />
      <Skeleton width="60%" />
    </div>
  );
}
