import { Link } from '@tanstack/react-router';
import {
  AudioLines,
  Blend,
  Brain,
  Captions,
  FileText,
  ListFilter,
  type LucideIcon,
  Play,
  ScanText,
  Tag,
  TextQuote,
  Type,
} from 'lucide-react';
import { memo, useState } from 'react';
import type { SearchHit, SearchReason } from '../api/types.ts';
import { HoverStrip } from '../grid/hover-strip.tsx';
import { formatCaptureTime, formatClock } from '../lib/format.ts';
import { markedExcerpt } from '../lib/marked.tsx';
import { kindWords } from '../lib/words.ts';
import { Track } from '../ui/marks.tsx';
import { Thumb } from '../ui/thumb.tsx';
import { momentsOf } from './moments.ts';
import styles from './search-page.module.css';

/** The longer edge of a hit's picture on the page, in pixels. */
const hitEdge = 200;

const reasonIcons: Record<SearchReason['kind'], LucideIcon> = {
  name: Type,
  tag: Tag,
  caption: TextQuote,
  'picture-text': ScanText,
  speech: AudioLines,
  subtitle: Captions,
  'document-text': FileText,
  metadata: ListFilter,
  meaning: Brain,
  similar: Blend,
  filter: ListFilter,
};

/** One found asset: what it is, why it was found, and the moments to play from. */
export const HitRow = memo(function HitRow({ hit, words, onOpen }: { hit: SearchHit; words: string; onOpen: () => void }) {
  const [hovered, setHovered] = useState(false);
  const moments = momentsOf(hit.reasons);
  const first = hit.reasons.find((reason) => reason.atSeconds !== null || reason.page !== null);
  const search = { q: words || undefined, t: first?.atSeconds ?? undefined, page: first?.page ?? undefined };
  const subject = { ...hit, kind: hit.type };
  return (
    <article className={styles.hit} aria-label={hit.name}>
      <Link
        to="/assets/$assetId"
        params={{ assetId: hit.id }}
        search={search}
        className={styles.picture}
        tabIndex={-1}
        aria-hidden
        onClick={onOpen}
        onPointerEnter={(event) => event.pointerType === 'mouse' && setHovered(true)}
        onPointerLeave={() => setHovered(false)}
      >
        <Thumb subject={subject} contain={hit.aspectRatio < 1} edge={hitEdge} />
        {hovered && hit.pictures['hover-strip'] && <HoverStrip tile={subject} />}
        {hit.durationSeconds !== null && <span className={styles.mark}>{formatClock(hit.durationSeconds)}</span>}
      </Link>
      <div className={styles.body}>
        <h2 className={styles.title}>
          <Link to="/assets/$assetId" params={{ assetId: hit.id }} search={search} onClick={onOpen} data-hit>
            {hit.name}
          </Link>
          <span className={styles.about}>
            {kindWords[hit.type].one} · {formatCaptureTime(hit.shownAt)}
          </span>
          <span className={styles.score} title={`Fits ${Math.round(hit.score * 100)} of 100`}>
            <Track share={hit.score} thin />
          </span>
        </h2>
        {hit.reasons.slice(0, 3).map((reason) => {
          const Icon = reasonIcons[reason.kind];
          return (
            <div key={`${reason.kind}:${reason.text}`} className={styles.reason}>
              <Icon aria-hidden />
              <span className={styles.reasonText}>
                {reason.excerpt && <>{markedExcerpt(reason.excerpt)} </>}
                <span className={styles.why}>{reason.text}</span>
              </span>
            </div>
          );
        })}
        {moments.length > 0 && (
          <div className={styles.moments}>
            {moments.slice(0, 8).map((moment) => (
              <Link
                key={moment.atSeconds}
                to="/assets/$assetId"
                params={{ assetId: hit.id }}
                search={{ q: words || undefined, t: moment.atSeconds ?? undefined, tab: 'text' }}
                className={styles.moment}
                onClick={onOpen}
                aria-label={`Play ${hit.name} from ${formatClock(moment.atSeconds ?? 0)}`}
              >
                <Play fill="currentColor" aria-hidden />
                {formatClock(moment.atSeconds ?? 0)}
              </Link>
            ))}
          </div>
        )}
      </div>
    </article>
  );
});
