import type { Tier, TierForecast } from '../api/types.ts';
import { formatBytes, formatCount, formatCounted, formatDay, formatShare } from '../lib/format.ts';
import page from '../shell/page.module.css';
import { classNames } from '../ui/class-names.ts';
import { Badge, type Tone } from '../ui/marks.tsx';
import { Notice } from '../ui/states.tsx';
import { forecastInWords } from './forecast-words.ts';
import styles from './storage.module.css';
import { tierStateWords } from './storage-words.ts';
import { TierHealth } from './tier-health.tsx';
import { Vessel } from './vessel.tsx';
import { layersOf, levelOf, shortInodes } from './vessel-shape.ts';

const levels: Record<ReturnType<typeof levelOf>, { word: string; tone: Tone } | undefined> = {
  unknown: undefined,
  low: undefined,
  between: undefined,
  high: { word: 'Above high', tone: 'warn' },
  critical: { word: 'Critical', tone: 'bad' },
};

/** One tier: how full it is and with what, how its disks are, and when it will be full. */
export function TierCard({ tier, forecast }: { tier: Tier; forecast: TierForecast | undefined }) {
  const state = tierStateWords[tier.state];
  const level = levels[levelOf(tier)];
  return (
    <article className={classNames(page.card, styles.tier)} aria-label={`Tier ${tier.name}`}>
      <header className={styles.tierHead}>
        <h3>{tier.name}</h3>
        <Badge tone={state.tone}>{state.word}</Badge>
        {level && <Badge tone={level.tone}>{level.word}</Badge>}
        <span className={styles.percent} data-tone={level?.tone}>
          {tier.usedPercent === null ? 'not known' : `${tier.usedPercent} %`}
        </span>
      </header>
      {state.toDo && (
        <Notice tone="bad">
          <strong>{tier.reason}</strong> {state.toDo}
        </Notice>
      )}
      <div className={styles.tierBody}>
        <Vessel tier={tier} />
        <TierFacts tier={tier} forecast={forecast} />
      </div>
      <Remarks tier={tier} />
      <TierHealth health={tier.health} />
    </article>
  );
}

function TierFacts({ tier, forecast }: { tier: Tier; forecast: TierForecast | undefined }) {
  const layers = new Map(layersOf(tier).map((layer) => [layer.name, layer.bytes]));
  const originals = layers.get('originals') ?? tier.originalBytes;
  const renditions = layers.get('renditions') ?? tier.renditionBytes;
  const [other, moving] = [layers.get('other'), layers.get('moving')];
  return (
    <dl className={styles.tierFacts}>
      <Fact name="Free">
        {tier.freeBytes === null || tier.totalBytes === null ? (
          'not known'
        ) : (
          <>
            <strong>{formatBytes(tier.freeBytes)}</strong> of {formatBytes(tier.totalBytes)}
          </>
        )}
      </Fact>
      <Fact name="Originals" swatch="originals">
        {formatBytes(originals)}
      </Fact>
      <Fact name="Renditions" swatch="renditions">
        {formatBytes(renditions)}
      </Fact>
      {other !== undefined && (
        <Fact name="Everything else" swatch="other">
          {formatBytes(other)}
        </Fact>
      )}
      {moving !== undefined && moving > 0 && (
        <Fact name="On its way here" swatch="moving">
          {formatBytes(moving)}
        </Fact>
      )}
      <Fact name="Objects">{formatCount(tier.objects)}</Fact>
      {forecast && <Fact name="Forecast">{forecastInWords(forecast)}</Fact>}
    </dl>
  );
}

function Fact({ name, swatch, children }: { name: string; swatch?: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>
        {swatch && <i className={styles.swatch} data-layer={swatch} aria-hidden />}
        {name}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

/** What is out of the ordinary: inodes, a shared file system, the day's writes, damage. */
function Remarks({ tier }: { tier: Tier }) {
  const inodes = shortInodes(tier);
  return (
    <ul className={styles.remarks}>
      {inodes !== undefined && (
        <li data-tone="warn">
          Only {formatShare(inodes)} of its inodes are free: {formatCount(tier.freeInodes ?? 0)} more files fit, whatever room
          there is.
        </li>
      )}
      {tier.damagedObjects > 0 && (
        <li data-tone="bad">
          {formatCounted(tier.damagedObjects, 'object')} damaged or missing; those of your organisation are listed below.
        </li>
      )}
      {tier.sharesFileSystemWith.length > 0 && (
        <li>On one file system with {tier.sharesFileSystemWith.join(' and ')}: moving between them makes no room.</li>
      )}
      {tier.maxWriteBytesPerDay !== null && (
        <li>
          {formatBytes(tier.writtenTodayBytes)} of the {formatBytes(tier.maxWriteBytesPerDay)} that moves may write here a day
          are written.
        </li>
      )}
      {tier.objects > 0 && (
        <li>
          {tier.oldestVerifiedAt === null
            ? 'Some objects were never read back since they were stored.'
            : `Every object has been read back since ${formatDay(tier.oldestVerifiedAt)}.`}
        </li>
      )}
    </ul>
  );
}
