import { Maximize, Minus, Plus, ScanText } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { renditionUrl } from '../api/media.ts';
import type { Asset, RenditionKind, TextSegment } from '../api/types.ts';
import { needlesOf } from '../lib/marked.tsx';
import { IconButton } from '../ui/button.tsx';
import { thumbHashUrl } from '../ui/thumb-hash.ts';
import styles from './image-viewer.module.css';
import { useZoom } from './use-zoom.ts';
import { fitSize } from './zoom.ts';

interface ImageViewerProps {
  asset: Asset;
  kind: RenditionKind;
  position?: number;
  /** Text of this picture, with boxes. */
  segments: readonly TextSegment[];
  showBoxes: boolean;
  /** The line pointed at in the text tab. */
  lit: number | undefined;
  /** Words looked for: those in the picture stand out. */
  words: string;
  onShowBoxes: (show: boolean) => void;
}

const dragKeys: Record<string, [number, number]> = {
  ArrowLeft: [60, 0],
  ArrowRight: [-60, 0],
  ArrowUp: [0, 60],
  ArrowDown: [0, -60],
};

/** A picture to look into: wheel, click, pinch, drag and keys; the words found in it as boxes. */
export function ImageViewer({ asset, kind, position = 0, segments, showBoxes, lit, words, onShowBoxes }: ImageViewerProps) {
  const frame = useRef<HTMLDivElement>(null);
  const rendition = asset.renditions.find((candidate) => candidate.kind === kind && candidate.position === position);
  const picture = useMemo(
    () => ({
      width: rendition?.width ?? asset.width ?? 1440,
      height: rendition?.height ?? asset.height ?? 1440 / asset.aspectRatio,
    }),
    [rendition, asset.width, asset.height, asset.aspectRatio],
  );
  const { view, size, dragging, zoomBy, fitFrame, actual, change, handlers } = useZoom(frame, picture);
  const [shown, setShown] = useState<string>();
  const fitted = fitSize(picture, size);
  const source = renditionUrl(asset.id, kind, rendition?.v ?? '', position);
  const blurred = asset.thumbhash && position === 0 ? thumbHashUrl(asset.thumbhash) : undefined;

  const onKeyDown = (event: KeyboardEvent) => {
    const drag = view.scale > 1 ? dragKeys[event.key] : undefined;
    if (drag) {
      event.preventDefault();
      event.stopPropagation();
      change((before) => ({ ...before, x: before.x + drag[0], y: before.y + drag[1] }));
    } else if (event.key === '+' || event.key === '=') zoomBy(1.4);
    else if (event.key === '-') zoomBy(1 / 1.4);
    else if (event.key === '0') fitFrame();
    else if (event.key === '1') actual();
  };
  const percent = size.width > 0 ? Math.round(((fitted.width * view.scale) / picture.width) * 100) : 100;
  return (
    <div
      ref={frame}
      className={styles.viewer}
      role="group"
      aria-label={`Picture of ${asset.name}. Plus and minus magnify, 0 fits, arrows move.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the viewer is worked by keys
      tabIndex={0}
      data-zoomed={view.scale > 1.01 ? '' : undefined}
      data-dragging={dragging && view.scale > 1.01 ? '' : undefined}
      onKeyDown={onKeyDown}
      {...handlers}
    >
      {size.width > 0 && (
        <div
          className={styles.picture}
          style={{
            width: fitted.width,
            height: fitted.height,
            marginLeft: -fitted.width / 2,
            marginTop: -fitted.height / 2,
            transform: `translate(${view.x}px, ${view.y}px) scale(${view.scale})`,
            backgroundImage: blurred && shown !== source ? `url(${blurred})` : undefined,
          }}
        >
          <img
            key={source}
            src={source}
            alt={asset.caption || asset.name}
            draggable={false}
            data-shown={shown === source ? '' : undefined}
            onLoad={() => setShown(source)}
          />
          {showBoxes && <Boxes segments={segments} lit={lit} words={words} />}
        </div>
      )}
      <div className={styles.controls} role="toolbar" aria-label="Magnification">
        <IconButton label="Smaller" keys="-" icon={Minus} small hintPlacement="top" onPress={() => zoomBy(1 / 1.4)} />
        <span className={styles.scale}>{percent} %</span>
        <IconButton label="Larger" keys="+" icon={Plus} small hintPlacement="top" onPress={() => zoomBy(1.4)} />
        <IconButton label="Fit" keys="0" icon={Maximize} small hintPlacement="top" onPress={fitFrame} />
        {segments.length > 0 && (
          <IconButton
            label={showBoxes ? 'Hide the words found in it' : 'Show the words found in it'}
            icon={ScanText}
            small
            hintPlacement="top"
            pressed={showBoxes}
            onPress={() => onShowBoxes(!showBoxes)}
          />
        )}
      </div>
    </div>
  );
}

function Boxes({ segments, lit, words }: { segments: readonly TextSegment[]; lit: number | undefined; words: string }) {
  const needles = needlesOf(words);
  const stands = (text: string) => needles.some((needle) => text.toLowerCase().includes(needle));
  return (
    <svg className={styles.boxes} viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      {segments.map((segment) =>
        segment.words.map(
          (word, at) =>
            word.box && (
              <rect
                // biome-ignore lint/suspicious/noArrayIndexKey: words have no identity but their place
                key={`${segment.position}:${at}`}
                className={styles.box}
                data-lit={segment.position === lit || stands(word.text) ? '' : undefined}
                x={word.box[0]}
                y={word.box[1]}
                width={word.box[2]}
                height={word.box[3]}
              />
            ),
        ),
      )}
    </svg>
  );
}
