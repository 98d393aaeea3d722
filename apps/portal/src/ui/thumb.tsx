import { AudioLines, File, FileText, Film, Image, type LucideIcon, NotepadText } from 'lucide-react';
import { memo, type RefObject, useEffect, useRef, useState } from 'react';
import { renditionUrl } from '../api/media.ts';
import type { AssetKind, Tile } from '../api/types.ts';
import { onceLookedAt } from '../lib/at-rest.ts';
import { classNames } from './class-names.ts';
import { sharperThanThumbnail } from './sharpness.ts';
import styles from './thumb.module.css';
import { thumbHashUrl } from './thumb-hash.ts';

export const kindIcons: Record<AssetKind, LucideIcon> = {
  image: Image,
  video: Film,
  audio: AudioLines,
  document: FileText,
  text: NotepadText,
  unknown: File,
};

export type ThumbSubject = Pick<Tile, 'id' | 'kind' | 'thumbhash' | 'pictures'>;

/**
 * The picture of an asset: its blurred likeness at once, its thumbnail as soon as it is there, and a sharper picture where it is large and
 * looked at. Decorative: the name stands beside it.
 */
export const Thumb = memo(function Thumb({
  subject,
  contain,
  wait,
  edge = 0,
}: {
  subject: ThumbSubject;
  contain?: boolean;
  wait?: boolean;
  /** Its longer edge on the page, in pixels, where it is large. */
  edge?: number;
}) {
  const frame = useRef<HTMLSpanElement>(null);
  const [shown, setShown] = useState(false);
  const [refused, setRefused] = useState<string>();
  const { id, kind, pictures } = subject;
  const { thumbnail } = pictures;
  const blurred = subject.thumbhash ? thumbHashUrl(subject.thumbhash) : undefined;
  const sharper = sharperThanThumbnail(kind, pictures, edge, devicePixelRatio);
  const sharp = useLookedAt(frame, sharper !== undefined && !wait);
  const Icon = kindIcons[kind];
  const pixels = thumbnail !== undefined && refused !== thumbnail;
  return (
    <span
      ref={frame}
      className={classNames(styles.thumb, contain && styles.contain)}
      style={blurred && !(contain && shown) ? { backgroundImage: `url(${blurred})` } : undefined}
    >
      {!pixels && !blurred && (
        <span className={styles.blank}>
          <Icon aria-hidden />
        </span>
      )}
      {pixels && !wait && (
        <img
          src={renditionUrl(id, 'thumbnail', thumbnail)}
          alt=""
          decoding="async"
          draggable={false}
          data-shown={shown ? '' : undefined}
          onLoad={() => setShown(true)}
          onError={() => setRefused(thumbnail)}
        />
      )}
      {sharper && sharp && <SharpPicture source={renditionUrl(id, sharper, pictures[sharper] ?? '')} />}
    </span>
  );
});

/** Lies over the thumbnail once all of it is there; until then, or where it fails, the thumbnail stays. */
function SharpPicture({ source }: { source: string }) {
  const [shown, setShown] = useState(false);
  return (
    <img
      src={source}
      alt=""
      decoding="async"
      fetchPriority="low"
      draggable={false}
      data-sharp=""
      data-shown={shown ? '' : undefined}
      onLoad={() => setShown(true)}
    />
  );
}

/** Whether the element has been looked at since it was wanted: what flies past while scrolling is not worth its bytes. */
function useLookedAt(frame: RefObject<HTMLElement | null>, wanted: boolean): boolean {
  const [looked, setLooked] = useState(false);
  useEffect(() => {
    if (wanted && !looked && frame.current) return onceLookedAt(frame.current, () => setLooked(true));
  }, [frame, wanted, looked]);
  return looked;
}
