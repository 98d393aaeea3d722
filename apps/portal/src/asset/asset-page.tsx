import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate, useRouter } from '@tanstack/react-router';
import { FileX } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { asProblem } from '../api/problem.ts';
import { assetQuery, assetTextQuery } from '../api/queries.ts';
import type { Asset } from '../api/types.ts';
import { compact } from '../lib/query-text.ts';
import { useTitle } from '../lib/use-title.ts';
import { useCan } from '../session/session.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import { type TabDefinition, Tabs } from '../ui/tabs.tsx';
import { AboutTab } from './about-tab.tsx';
import type { AssetAddress, AssetTab } from './asset-address.ts';
import { AssetHead, SideButtons } from './asset-head.tsx';
import styles from './asset-page.module.css';
import { HistoryTab } from './history-tab.tsx';
import { Playback } from './playback.ts';
import { SimilarTab } from './similar-tab.tsx';
import { StorageTab } from './storage-tab.tsx';
import { TagsTab } from './tags-tab.tsx';
import { TextTab } from './text-tab.tsx';
import { spokenLines } from './transcript.ts';
import { useNeighbours } from './use-neighbours.ts';
import { Viewer } from './viewer.tsx';

const route = getRouteApi('/shell/assets/$assetId');

/** What is this, and why do we believe so? */
export function AssetPage() {
  const { assetId } = route.useParams();
  const { data, error, refetch } = useQuery(assetQuery(assetId));
  const router = useRouter();
  useTitle(data?.name ?? 'Asset');
  if (data) return <AssetView key={assetId} asset={data} />;
  if (error && asProblem(error).status === 404)
    return (
      <EmptyState
        icon={FileX}
        title="This asset is not here"
        actions={<Button onPress={() => router.history.back()}>Go back</Button>}
      >
        {asProblem(error).message}
      </EmptyState>
    );
  if (error) return <ErrorState error={error} what="The asset could not be read" onRetry={() => void refetch()} />;
  return <AssetSkeleton />;
}

function AssetView({ asset }: { asset: Asset }) {
  const address = route.useSearch();
  const navigate = useNavigate();
  const text = useQuery(assetTextQuery(asset.id));
  const playback = useMemo(() => new Playback(), []);
  const neighbours = useNeighbours(asset.id);
  const may = useCan();
  const [showBoxes, setShowBoxes] = useState(Boolean(address.q));
  const [lit, setLit] = useState<number>();
  const segments = text.data?.segments;
  const lines = useMemo(() => spokenLines(segments ?? []), [segments]);
  const hits = useMemo(() => hitsOf(lines, address.q ?? ''), [lines, address.q]);
  const change = useCallback(
    (part: Partial<AssetAddress>) =>
      void navigate({
        to: '/assets/$assetId',
        params: { assetId: asset.id },
        search: compact({ ...address, ...part }),
        replace: true,
      }),
    [address, asset.id, navigate],
  );
  const timed = asset.kind === 'video' || asset.kind === 'audio';
  // A recording is for listening along, unless nothing is said in it.
  const firstTab: AssetTab = address.q || (timed && (text.isPending || lines.length > 0)) ? 'text' : 'about';
  const tabs: TabDefinition<AssetTab>[] = [
    { id: 'about', title: 'About', content: () => <AboutTab asset={asset} /> },
    {
      id: 'text',
      title: timed ? 'Transcript' : 'Text',
      content: () => (
        <TextTab
          asset={asset}
          segments={segments}
          error={text.error}
          lines={lines}
          playback={playback}
          words={address.q ?? ''}
          showBoxes={showBoxes}
          onShowBoxes={setShowBoxes}
          onLight={(position) => {
            setLit(position);
            if (position !== undefined) setShowBoxes(true);
          }}
          onPage={(page) => change({ page })}
          onRetry={() => void text.refetch()}
        />
      ),
    },
    {
      id: 'tags',
      title: 'Tags',
      count: asset.tags.filter((tag) => tag.state !== 'rejected').length || undefined,
      content: () => <TagsTab asset={asset} />,
    },
    { id: 'similar', title: 'Similar', content: () => <SimilarTab asset={asset} /> },
    { id: 'history', title: 'History', content: () => <HistoryTab asset={asset} /> },
    ...(may('storage.read') ? [{ id: 'storage' as const, title: 'Storage', content: () => <StorageTab asset={asset} /> }] : []),
  ];
  const chosen = tabs.find(({ id }) => id === address.tab)?.id ?? firstTab;
  return (
    <div className={styles.page}>
      <AssetHead asset={asset} neighbours={neighbours} />
      <div className={styles.stage}>
        <Viewer
          asset={asset}
          segments={segments ?? []}
          lines={lines}
          playback={playback}
          hits={hits}
          start={address.t}
          page={address.page ?? 1}
          showBoxes={showBoxes}
          lit={lit}
          words={address.q ?? ''}
          onShowBoxes={setShowBoxes}
          onPage={(page) => change({ page })}
        />
        <SideButtons neighbours={neighbours} />
      </div>
      <aside className={styles.panel} aria-label="Details">
        <Tabs label="Details" tabs={tabs} chosen={chosen} onChoose={(tab) => tab !== chosen && change({ tab })} />
      </aside>
    </div>
  );
}

/** Seconds at which any of the words looked for is spoken. */
function hitsOf(lines: ReturnType<typeof spokenLines>, words: string): number[] {
  const needles = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word.length > 2);
  if (needles.length === 0) return [];
  return lines.filter((line) => needles.some((needle) => line.text.toLowerCase().includes(needle))).map((line) => line.start);
}

function AssetSkeleton() {
  return (
    <Loading what="the asset">
      <div className={styles.page} style={{ position: 'absolute', inset: 0 }}>
        <div className={styles.head}>
          <Skeleton width={28} height={28} />
          <Skeleton width={220} height={16} />
        </div>
        <div className={styles.stage} />
        <div className={styles.panel} style={{ padding: 16, gap: 12 }}>
          <Skeleton width="70%" height={20} />
          {[60, 80, 45, 72, 55, 66].map((width) => (
            <Skeleton key={width} width={`${width}%`} />
          ))}
        </div>
      </div>
    </Loading>
  );
}
