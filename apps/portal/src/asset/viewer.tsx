import { FileQuestion } from 'lucide-react';
import type { Asset, TextSegment } from '../api/types.ts';
import { kindIcons } from '../ui/thumb.tsx';
import styles from './asset-page.module.css';
import { DocumentViewer } from './document-viewer.tsx';
import { ImageViewer } from './image-viewer.tsx';
import { MediaPlayer } from './media-player.tsx';
import type { Playback } from './playback.ts';
import type { SpokenLine } from './transcript.ts';

interface ViewerProps {
  asset: Asset;
  segments: readonly TextSegment[];
  lines: readonly SpokenLine[];
  playback: Playback;
  hits: readonly number[];
  start: number | undefined;
  page: number;
  showBoxes: boolean;
  lit: number | undefined;
  words: string;
  onShowBoxes: (show: boolean) => void;
  onPage: (page: number) => void;
}

/** An asset at its largest: picture, player, pages, or why there is nothing to see. */
export function Viewer(props: ViewerProps) {
  const { asset, segments } = props;
  if (asset.kind === 'video' || asset.kind === 'audio') return <MediaPlayer key={asset.id} {...props} />;
  const has = (kind: string) => asset.renditions.some((rendition) => rendition.kind === kind);
  if (has('page')) return <DocumentViewer key={asset.id} {...props} />;
  if (has('preview'))
    return (
      <ImageViewer key={asset.id} {...props} kind="preview" segments={segments.filter((segment) => segment.source === 'ocr')} />
    );
  const Icon = asset.kind === 'unknown' ? FileQuestion : kindIcons[asset.kind];
  return (
    <div className={styles.nothing}>
      <Icon aria-hidden />
      <strong>{asset.state === 'processing' ? 'A picture of it is being made' : 'There is no picture of it'}</strong>
      <span>
        {asset.state === 'processing'
          ? 'It appears here by itself.'
          : (asset.stateReason ?? 'The original is kept and can be downloaded.')}
      </span>
    </div>
  );
}
