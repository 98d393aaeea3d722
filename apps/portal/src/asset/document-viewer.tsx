import { ChevronLeft, ChevronRight } from 'lucide-react';
import type { Asset, TextSegment } from '../api/types.ts';
import { IconButton } from '../ui/button.tsx';
import styles from './document-viewer.module.css';
import { ImageViewer } from './image-viewer.tsx';

interface DocumentViewerProps {
  asset: Asset;
  page: number;
  segments: readonly TextSegment[];
  showBoxes: boolean;
  lit: number | undefined;
  words: string;
  onShowBoxes: (show: boolean) => void;
  onPage: (page: number) => void;
}

/** The pages of a document as pictures to leaf through and look into. */
export function DocumentViewer({ asset, page, segments, showBoxes, lit, words, onShowBoxes, onPage }: DocumentViewerProps) {
  const pages = asset.renditions.filter((rendition) => rendition.kind === 'page').sort((a, b) => a.position - b.position);
  const shown =
    pages.find((rendition) => rendition.detail.page === page) ?? pages[Math.min(page, pages.length) - 1] ?? pages[0];
  const number = Number(shown?.detail.page ?? page);
  const total = asset.pageCount ?? pages.length;
  return (
    <div className={styles.document}>
      <ImageViewer
        key={shown?.position}
        asset={asset}
        kind={shown ? 'page' : 'preview'}
        position={shown?.position ?? 0}
        segments={segments.filter((segment) => segment.page === number)}
        showBoxes={showBoxes}
        lit={lit}
        words={words}
        onShowBoxes={onShowBoxes}
      />
      {total > 1 && (
        <div className={styles.pages} role="toolbar" aria-label="Pages">
          <IconButton
            label="Page before"
            icon={ChevronLeft}
            small
            hintPlacement="top"
            disabledBecause={number <= 1 && 'This is the first page.'}
            onPress={() => onPage(number - 1)}
          />
          <span>
            {number} / {total}
          </span>
          <IconButton
            label="Next page"
            icon={ChevronRight}
            small
            hintPlacement="top"
            disabledBecause={
              (number >= total && 'This is the last page.') ||
              (number >= pages.length && `Only the first ${pages.length} pages have pictures.`)
            }
            onPress={() => onPage(number + 1)}
          />
        </div>
      )}
    </div>
  );
}
