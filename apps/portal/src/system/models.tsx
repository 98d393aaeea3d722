import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { BrainCircuit } from 'lucide-react';
import { useState } from 'react';
import { api, ask } from '../api/client.ts';
import { modelsQuery } from '../api/queries.ts';
import type { Answer, Model } from '../api/types.ts';
import { formatBytes, formatCounted, formatDay } from '../lib/format.ts';
import { Reading } from '../reading/reading.tsx';
import { useNeeds } from '../session/session.ts';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { classNames } from '../ui/class-names.ts';
import { Checkbox } from '../ui/field.tsx';
import { Badge } from '../ui/marks.tsx';
import { EmptyState, Skeleton } from '../ui/states.tsx';
import { toast } from '../ui/toast-queue.ts';
import { ModelDialog } from './model-dialog.tsx';
import styles from './system.module.css';
import { capabilityWords, taskWords } from './system-words.ts';

/** What the appliance can understand, by which models, and the switch of each. */
export function Models() {
  const query = useQuery(modelsQuery);
  return (
    <Section title="Models">
      <Reading query={query} what="the models" failed="The models could not be read" skeleton={<ModelsSkeleton />} compact>
        {({ items, capabilities }) => (
          <>
            <Capabilities capabilities={capabilities} />
            {items.length === 0 ? <NoModels /> : <ModelTable models={items} />}
          </>
        )}
      </Reading>
    </Section>
  );
}

function Capabilities({ capabilities }: Pick<Answer<'listModels'>, 'capabilities'>) {
  return (
    <ul className={styles.capabilities} aria-label="What the appliance can find">
      {capabilities.map(({ name, enabled, by, hint }) => (
        <li key={name} className={page.card}>
          <div className={styles.capabilityHead}>
            <strong>{capabilityWords[name].title}</strong>
            <Badge tone={enabled ? 'good' : 'neutral'}>{enabled ? 'On' : 'Off'}</Badge>
          </div>
          <div className={page.soft}>{capabilityWords[name].does}</div>
          {enabled && <div className={styles.by}>by {by ?? 'the appliance itself'}</div>}
          {(hint || !enabled) && <div className={styles.by}>{hint ?? 'No model for it is enabled.'}</div>}
        </li>
      ))}
    </ul>
  );
}

function ModelTable({ models }: { models: Model[] }) {
  const [asked, setAsked] = useState<Model>();
  const change = useSetEnabled();
  const refusal = useNeeds()('model.update', 'enable or disable models');
  return (
    <div className={page.tableBox}>
      <table className={classNames(page.table, styles.models)}>
        <caption className="seen-by-readers-only">Imported models</caption>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">For</th>
            <th scope="col">Licence</th>
            <th scope="col" className={page.number}>
              Size
            </th>
            <th scope="col">Imported</th>
            <th scope="col">Enabled</th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <tr key={model.id}>
              <th scope="row">
                {model.name} <span className={page.faint}>{model.version}</span>
              </th>
              <td data-label="For">
                {taskWords(model.task)}
                {model.dimensions !== null && <span className={styles.does}>{model.dimensions} dimensions</span>}
              </td>
              <td data-label="Licence">{model.licence}</td>
              <td data-label="Size" className={page.number}>
                {formatBytes(model.sizeBytes)}
              </td>
              <td data-label="Imported">{formatDay(model.importedAt)}</td>
              <td data-label="Enabled">
                <Checkbox
                  as="switch"
                  label={<span className="seen-by-readers-only">{`${model.name} ${model.version} enabled`}</span>}
                  checked={model.enabled}
                  disabledBecause={refusal}
                  onChange={() => setAsked(model)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {asked && (
        <ModelDialog
          model={asked}
          busy={change.isPending}
          error={change.error}
          onClose={() => {
            change.reset();
            setAsked(undefined);
          }}
          onAnswer={() => change.mutate({ id: asked.id, enabled: !asked.enabled }, { onSuccess: () => setAsked(undefined) })}
        />
      )}
    </div>
  );
}

function useSetEnabled() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    meta: { quiet: true },
    mutationFn: ({ id, enabled }: { id: string; enabled: boolean }) =>
      ask(api.POST('/api/v1/models/{id}/enabled', { params: { path: { id } }, body: { enabled } })),
    onSuccess: ({ model, affectedAssets }) =>
      toast({
        tone: 'good',
        title: `${model.name} ${model.version} is ${model.enabled ? 'enabled' : 'disabled'}`,
        detail: affectedAssets > 0 ? followsFrom(model.enabled, formatCounted(affectedAssets, 'asset')) : undefined,
        action: affectedAssets > 0 ? { label: 'See the jobs', run: () => void navigate({ to: '/jobs' }) } : undefined,
      }),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['models'] });
      void queries.invalidateQueries({ queryKey: ['queues'] });
    },
  });
}

function followsFrom(enabled: boolean, assets: string): string {
  return enabled
    ? `${assets} will be looked at again in the background.`
    : `What it found in ${assets} is taken away in the background.`;
}

function NoModels() {
  return (
    <div className={page.card}>
      <EmptyState compact icon={BrainCircuit} title="No models are imported">
        The appliance never fetches models by itself. Bring one with its <code>model.json</code> to the machine and run{' '}
        <code>./holdfast models import FOLDER</code>; it then stands here to be enabled.
      </EmptyState>
    </div>
  );
}

function ModelsSkeleton() {
  return (
    <>
      <div className={styles.capabilities}>
        {Object.keys(capabilityWords).map((name) => (
          <div key={name} className={page.card} style={{ display: 'grid', gap: 8 }}>
            <Skeleton width={90} />
            <Skeleton width="80%" />
            <Skeleton width="60%" height={12} />
          </div>
        ))}
      </div>
      <div className={page.card} style={{ display: 'grid', gap: 16 }}>
        <Skeleton width="70%" />
        <Skeleton width="60%" />
      </div>
    </>
  );
}
