import { Link } from '@tanstack/react-router';
import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CloudUpload,
  Copy,
  Fingerprint,
  type LucideIcon,
  Pause,
  Play,
  RotateCw,
  ScanSearch,
  WifiOff,
  X,
} from 'lucide-react';
import { formatBytes, formatShare } from '../lib/format.ts';
import { stepWords } from '../lib/words.ts';
import { IconButton } from '../ui/button.tsx';
import { Progress, type Tone } from '../ui/marks.tsx';
import type { UploadEntry } from './upload-entry.ts';
import styles from './upload-panel.module.css';
import { uploads } from './upload-store.ts';

interface Look {
  icon: LucideIcon;
  tone: Tone;
  says: string;
  /** 0..1 while something grows. */
  share?: number;
}

/** How a file's phase looks and reads. */
export function lookOf(entry: UploadEntry): Look {
  const size = formatBytes(entry.sizeBytes);
  const part = (bytes: number) => (entry.sizeBytes > 0 ? bytes / entry.sizeBytes : 0);
  switch (entry.phase) {
    case 'queued':
      return { icon: CircleDashed, tone: 'neutral', says: `Waits for its turn · ${size}` };
    case 'hashing':
      return {
        icon: Fingerprint,
        tone: 'accent',
        says: `Hashing · ${formatShare(part(entry.hashedBytes))} of ${size}`,
        share: part(entry.hashedBytes),
      };
    case 'checking':
      return { icon: Fingerprint, tone: 'accent', says: 'Asking whether it is known already' };
    case 'sending':
      return {
        icon: CloudUpload,
        tone: 'accent',
        says: `Sending · ${formatShare(part(entry.sentBytes))} of ${size}`,
        share: part(entry.sentBytes),
      };
    case 'waiting':
      return { icon: WifiOff, tone: 'warn', says: 'The appliance is out of reach; goes on by itself' };
    case 'paused':
      return {
        icon: CirclePause,
        tone: 'neutral',
        says: `Paused · ${formatBytes(entry.sentBytes)} of ${size} sent`,
        share: part(entry.sentBytes),
      };
    case 'failed':
      return { icon: CircleAlert, tone: 'bad', says: [entry.error?.message, entry.error?.action].filter(Boolean).join(' ') };
    case 'known':
      return {
        icon: Copy,
        tone: 'good',
        says: entry.cameBack ? `Known already; taken out of the trash · ${size}` : `Known already, nothing sent · ${size}`,
      };
    case 'stored':
      return {
        icon: ScanSearch,
        tone: 'accent',
        says: `Stored · being understood${entry.step ? `: ${stepWords[entry.step].title.toLowerCase()}` : ''}`,
      };
    case 'understood':
      return understoodLook(entry, size);
  }
}

function understoodLook(entry: UploadEntry, size: string): Look {
  if (entry.assetState === 'partial')
    return { icon: CircleCheck, tone: 'warn', says: `Stored · partly understood, see its history · ${size}` };
  if (entry.assetState === 'unsupported')
    return { icon: CircleCheck, tone: 'neutral', says: `Stored · its format is not understood · ${size}` };
  return { icon: CircleCheck, tone: 'good', says: `Stored and understood · ${size}` };
}

/** One file of the upload panel. */
export function UploadRow({ entry, top }: { entry: UploadEntry; top: number }) {
  const look = lookOf(entry);
  const act = (run: 'pause' | 'resume' | 'giveUp') => void uploads.withEngine((engine) => engine[run](entry.id));
  return (
    <li className={styles.entry} data-tone={look.tone} style={{ transform: `translateY(${top}px)` }}>
      <look.icon aria-hidden />
      <div className={styles.words}>
        {entry.assetId ? (
          <Link to="/assets/$assetId" params={{ assetId: entry.assetId }} className={styles.name} title={entry.name}>
            {entry.name}
          </Link>
        ) : (
          <span className={styles.name} title={entry.folder ? `${entry.folder}/${entry.name}` : entry.name}>
            {entry.name}
          </span>
        )}
        <span className={styles.says} title={look.says}>
          {look.says}
        </span>
      </div>
      <div className={styles.buttons}>
        {['queued', 'checking', 'sending', 'waiting'].includes(entry.phase) && (
          <IconButton small label={`Pause ${entry.name}`} icon={Pause} onPress={() => act('pause')} />
        )}
        {entry.phase === 'paused' && (
          <IconButton small label={`Resume ${entry.name}`} icon={Play} onPress={() => act('resume')} />
        )}
        {entry.phase === 'failed' && (
          <IconButton small label={`Try ${entry.name} again`} icon={RotateCw} onPress={() => act('resume')} />
        )}
        {!['known', 'stored', 'understood', 'hashing'].includes(entry.phase) && (
          <IconButton small label={`Give up ${entry.name}`} icon={X} onPress={() => act('giveUp')} />
        )}
      </div>
      {look.share !== undefined && (
        <div className={styles.bar}>
          <Progress label={`${entry.name}: ${look.says}`} share={look.share} />
        </div>
      )}
    </li>
  );
}
