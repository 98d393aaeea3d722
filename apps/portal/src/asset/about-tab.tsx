import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { renditionOf } from '../api/media.ts';
import type { Asset } from '../api/types.ts';
import { formatBytes, formatCaptureTime, formatClock, formatCount, formatMoment, formatShare } from '../lib/format.ts';
import { kindWords, stateWords } from '../lib/words.ts';
import { useNeeds } from '../session/session.ts';
import { classNames } from '../ui/class-names.ts';
import { TextArea, TextField } from '../ui/field.tsx';
import { Meter } from '../ui/marks.tsx';
import { Notice } from '../ui/states.tsx';
import { AssetStrip } from './asset-strip.tsx';
import { formatPosition, propertyRows } from './properties.ts';
import { RetentionNote } from './retention-note.tsx';
import { Stars } from './stars.tsx';
import styles from './tabs.module.css';
import { useUpdateAsset } from './use-update-asset.ts';

function Facts({ rows }: { rows: [string, ReactNode][] }) {
  const shown = rows.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '');
  return (
    <dl className={styles.facts}>
      {shown.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What is it? What people say of it, what the file says of itself, and what was measured. */
export function AboutTab({ asset }: { asset: Asset }) {
  const cannot = useNeeds()('asset.update', 'change assets');
  const update = useUpdateAsset(asset.id);
  return (
    <div className={styles.tab}>
      {asset.state !== 'ready' && (
        <Notice tone={asset.state === 'partial' ? 'warn' : 'info'}>
          {stateWords[asset.state].word}. {asset.stateReason ?? stateWords[asset.state].means}
        </Notice>
      )}
      <div className={styles.group}>
        <Stars rating={asset.rating} disabledBecause={cannot} onRate={(rating) => update.mutate({ rating })} />
        {cannot ? (
          asset.caption && <p>{asset.caption}</p>
        ) : (
          <TextArea
            key={asset.caption}
            label="Caption"
            defaultValue={asset.caption}
            placeholder="What one should know about it"
            maxLength={5000}
            rows={2}
            onBlur={(event) =>
              event.currentTarget.value !== asset.caption && update.mutate({ caption: event.currentTarget.value })
            }
          />
        )}
      </div>
      <RetentionNote asset={asset} />
      <MainFacts asset={asset} />
      <Place asset={asset} cannot={cannot} onPlace={(place) => update.mutate({ place })} />
      <Colours asset={asset} />
      <Quality asset={asset} />
      <Origins asset={asset} />
      {asset.nearDuplicates.length > 0 && (
        <div className={styles.group}>
          <h2 className={styles.groupTitle}>Nearly the same</h2>
          <AssetStrip tiles={asset.nearDuplicates} label="Near duplicates" />
        </div>
      )}
      <Properties asset={asset} />
    </div>
  );
}

function MainFacts({ asset }: { asset: Asset }) {
  const megapixels = asset.width && asset.height ? `, ${((asset.width * asset.height) / 1e6).toFixed(1)} MP` : '';
  return (
    <Facts
      rows={[
        ['Kind', `${kindWords[asset.kind].one}, ${asset.mediaType}`],
        ['Size', formatBytes(asset.sizeBytes)],
        [
          'Dimensions',
          asset.width && asset.height ? `${formatCount(asset.width)} × ${formatCount(asset.height)}${megapixels}` : null,
        ],
        ['Length', asset.durationSeconds === null ? null : formatClock(asset.durationSeconds)],
        ['Pages', asset.pageCount],
        ['Captured', asset.capturedAt && formatCaptureTime(asset.capturedAt)],
        ['Added', formatMoment(asset.addedAt)],
        [
          'Camera',
          asset.camera && (
            <Link to="/search" search={{ camera: asset.camera }}>
              {asset.camera}
            </Link>
          ),
        ],
        ['Lens', asset.lens],
        ['Exposure', asset.metadata && exposureOf(asset.metadata)],
        ['Folder', asset.folder],
        [
          'Collections',
          asset.collections.length > 0 &&
            asset.collections.map((collection, at) => (
              <span key={collection.id}>
                {at > 0 && ', '}
                <Link to="/collections/$collectionId" params={{ collectionId: collection.id }}>
                  {collection.name}
                </Link>
              </span>
            )),
        ],
        ['In the trash', asset.trashedAt && `since ${formatMoment(asset.trashedAt)}`],
      ]}
    />
  );
}

/** Aperture, time, sensitivity and focal length, where the file says them. */
function exposureOf(metadata: Asset['metadata']): string | null {
  const find = (name: string) => {
    const key = Object.keys(metadata).find((candidate) => candidate.toLowerCase().split('.').at(-1) === name);
    const value = key === undefined ? undefined : metadata[key];
    return typeof value === 'number' || typeof value === 'string' ? value : undefined;
  };
  const time = find('exposuretime');
  const parts = [
    find('fnumber') && `f/${find('fnumber')}`,
    time && `${typeof time === 'number' && time < 1 ? `1/${Math.round(1 / time)}` : time} s`,
    find('iso') && `ISO ${find('iso')}`,
    find('focallength') && `${find('focallength')} mm`,
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : null;
}

function Place({ asset, cannot, onPlace }: { asset: Asset; cannot: string | false; onPlace: (place: string | null) => void }) {
  const hasPosition = asset.latitude !== null && asset.longitude !== null;
  if (cannot && !asset.place && !hasPosition) return null;
  return (
    <div className={styles.group}>
      <h2 className={styles.groupTitle}>Place</h2>
      {cannot ? (
        asset.place && <p>{asset.place}</p>
      ) : (
        <TextField
          key={asset.place}
          label="Place"
          hideLabel
          defaultValue={asset.place ?? ''}
          placeholder="Where it was"
          maxLength={200}
          onBlur={(event) => {
            const place = event.currentTarget.value.trim() || null;
            if (place !== asset.place) onPlace(place);
          }}
        />
      )}
      {hasPosition && <p>{formatPosition(asset.latitude ?? 0, asset.longitude ?? 0)}</p>}
    </div>
  );
}

function Colours({ asset }: { asset: Asset }) {
  if (asset.colours.length === 0) return null;
  const rest = 1 - asset.colours.reduce((sum, colour) => sum + colour.share, 0);
  return (
    <div className={styles.group}>
      <h2 className={styles.groupTitle}>Colours</h2>
      <div className={styles.colours} aria-hidden>
        {asset.colours.map((colour) => (
          <span key={colour.hex} style={{ flex: colour.share, background: colour.hex }} />
        ))}
        {rest > 0.005 && <span className={styles.otherColours} style={{ flex: rest }} />}
      </div>
      <ul className={styles.colourList}>
        {asset.colours.map((colour) => (
          <li key={colour.hex}>
            <span className={styles.swatch} style={{ background: colour.hex }} />
            {colour.name} {formatShare(colour.share)}
          </li>
        ))}
        {rest > 0.005 && (
          <li>
            <span className={classNames(styles.swatch, styles.otherColours)} />
            others {formatShare(rest)}
          </li>
        )}
      </ul>
    </div>
  );
}

function Quality({ asset }: { asset: Asset }) {
  const { sharpness, exposure, noise } = asset.quality;
  if (sharpness === undefined && exposure === undefined && noise === undefined) return null;
  const exposed = exposure === undefined ? '' : exposure < 0.35 ? 'dark' : exposure > 0.65 ? 'bright' : 'balanced';
  return (
    <div className={styles.group}>
      <h2 className={styles.groupTitle}>Quality</h2>
      {sharpness !== undefined && (
        <Meter
          thin
          label="Sharpness"
          value={`${sharpness < 0.35 ? 'soft' : sharpness < 0.65 ? 'fair' : 'sharp'}, ${sharpness.toFixed(2)}`}
          share={sharpness}
        />
      )}
      {exposure !== undefined && <Meter thin label="Exposure" value={`${exposed}, ${exposure.toFixed(2)}`} share={exposure} />}
      {noise !== undefined && (
        <Meter
          thin
          label="Noise"
          value={`${noise < 0.3 ? 'clean' : noise < 0.6 ? 'some' : 'strong'}, ${noise.toFixed(2)}`}
          share={noise}
        />
      )}
    </div>
  );
}

function Origins({ asset }: { asset: Asset }) {
  if (asset.origins.length < 2) return null;
  return (
    <div className={styles.group}>
      <h2 className={styles.groupTitle}>Arrived as</h2>
      <ul>
        {asset.origins.map((origin) => (
          <li key={`${origin.folder}/${origin.name}`}>
            {origin.folder ? `${origin.folder}/` : ''}
            {origin.name}, <span className={styles.unsure}>{formatMoment(origin.arrivedAt)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Properties({ asset }: { asset: Asset }) {
  const rows = propertyRows(asset.metadata);
  const thumbnail = renditionOf(asset, 'thumbnail');
  return (
    <details className={styles.rest}>
      <summary>Everything the file says of itself ({rows.length})</summary>
      <Facts rows={[...rows, ['SHA-256', <code key="sha">{asset.sha256}</code>]]} />
      {thumbnail && (
        <p className={styles.stepNote}>
          <a href={thumbnail}>Thumbnail</a>
        </p>
      )}
    </details>
  );
}
