import { AudioLines, File, FileText, Film, Image, type LucideIcon, NotepadText } from 'lucide-react';
import { memo, useState } from 'react';
import { renditionUrl } from '../api/media.ts';
import type { AssetKind, RenditionKind } from '../api/types.ts';
import { classNames } from './class-names.ts';
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

export interface ThumbSubject {
  id: string;
  kind: AssetKind;
  version: number;
  thumbhash: string | null;
  hasThumbnail: boolean;
}

/** Device pixels from which the thumbnail of 250 would look soft. */
const softFrom = 480;

/** The smallest rendition that is sharp on an edge of so many pixels of the page. */
function renditionFor(kind: AssetKind, edge: number): RenditionKind {
  if (edge * Math.min(2, window.devicePixelRatio) < softFrom) return 'thumbnail';
  return kind === 'video' ? 'poster' : 'preview';
}

/** The picture of an asset: its blurred likeness at once, its pixels as soon as they are there. Decorative: the name stands beside it. */
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
  const [shown, setShown] = useState(false);
  const [refused, setRefused] = useState<RenditionKind>();
  const blurred = subject.thumbhash ? thumbHashUrl(subject.thumbhash) : undefined;
  const Icon = kindIcons[subject.kind];
  const wanted = renditionFor(subject.kind, edge);
  // A larger one that does not exist (yet) gives way to the thumbnail.
  const rendition = refused === wanted ? 'thumbnail' : wanted;
  const pixels = subject.hasThumbnail && refused !== 'thumbnail';
  return (
    <span
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
          src={renditionUrl(subject.id, rendition, subject.version)}
          alt=""
          decoding="async"
          draggable={false}
          data-shown={shown ? '' : undefined}
          onLoad={() => setShown(true)}
          onError={() => setRefused(rendition)}
        />
      )}
    </span>
  );
});
