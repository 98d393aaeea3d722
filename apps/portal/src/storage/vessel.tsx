import { Lock, Unplug } from 'lucide-react';
import { useId } from 'react';
import type { Tier } from '../api/types.ts';
import { formatBytes } from '../lib/format.ts';
import { tierStateWords } from './storage-words.ts';
import styles from './vessel.module.css';
import { type Layer, layersOf, spread } from './vessel-shape.ts';

const width = 172;
const height = 204;
const body = { x: 2, y: 6, width: 92, height: 192, round: 12 };
const labelHeight = 14;

/** A tier to scale: what fills it from the bottom up, and its three marks. What cannot be measured is drawn as an empty, crossed-out vessel. */
export function Vessel({ tier }: { tier: Tier }) {
  const id = useId();
  const layers = layersOf(tier);
  const isReady = tier.state === 'ready';
  return (
    <div className={styles.frame}>
      <svg
        className={styles.vessel}
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={describe(tier, layers)}
        data-state={tier.state}
      >
        <defs>
          <clipPath id={`${id}-body`}>
            <path d={outline(true)} />
          </clipPath>
          <Hatch id={`${id}-other`} className={styles.otherLine} step={5} />
          <Hatch id={`${id}-away`} className={styles.awayLine} step={9} />
        </defs>
        <g clipPath={`url(#${id}-body)`}>
          <rect {...body} rx="0" className={styles.empty} />
          {layers.map((layer) => (
            <rect
              key={layer.name}
              x={body.x}
              width={body.width}
              y={heightOf(layer.from + layer.share)}
              height={layer.share * body.height}
              className={styles[layer.name]}
              {...(layer.name === 'other' ? { fill: `url(#${id}-other)` } : {})}
            />
          ))}
          {!isReady && <rect {...body} rx="0" fill={`url(#${id}-away)`} />}
        </g>
        <path d={outline(false)} className={styles.wall} />
        <Marks tier={tier} />
      </svg>
      {!isReady && (
        <span className={styles.stamp} aria-hidden>
          {tier.state === 'read-only' ? <Lock /> : <Unplug />}
          {tierStateWords[tier.state].word}
        </span>
      )}
    </div>
  );
}

function Hatch({ id, className, step }: { id: string; className: string | undefined; step: number }) {
  return (
    <pattern id={id} width={step} height={step} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <line x1="0" x2="0" y1="0" y2={step} className={className} />
    </pattern>
  );
}

function Marks({ tier }: { tier: Tier }) {
  const marks = [
    { name: 'low', percent: tier.lowPercent },
    { name: 'high', percent: tier.highPercent },
    { name: 'critical', percent: tier.criticalPercent },
  ] as const;
  const lines = marks.map(({ percent }) => heightOf(percent / 100));
  const labels = spread(lines, labelHeight, body.y + 4, body.y + body.height - 4);
  const right = body.x + body.width;
  return marks.map(({ name, percent }, index) => (
    <g key={name} className={styles.mark} data-mark={name}>
      <line x1={body.x} x2={right} y1={lines[index]} y2={lines[index]} />
      <polyline points={`${right},${lines[index]} ${right + 5},${lines[index]} ${right + 10},${labels[index]}`} />
      <text x={right + 13} y={(labels[index] ?? 0) + 4}>
        {percent} % {name}
      </text>
    </g>
  ));
}

function heightOf(share: number): number {
  return body.y + body.height * (1 - share);
}

function outline(closed: boolean): string {
  const { x, y, width: wide, height: tall, round } = body;
  const bottom = y + tall;
  return `M${x},${y} V${bottom - round} Q${x},${bottom} ${x + round},${bottom} H${x + wide - round} Q${x + wide},${bottom} ${x + wide},${bottom - round} V${y}${closed ? ' Z' : ''}`;
}

const layerWords: Record<Layer['name'], string> = {
  originals: 'originals',
  renditions: 'renditions',
  other: 'everything else',
  moving: 'still coming from moves in hand',
};

function describe(tier: Tier, layers: readonly Layer[]): string {
  const marks = `marks at ${tier.lowPercent}, ${tier.highPercent} and ${tier.criticalPercent} %`;
  const state = tier.state === 'ready' ? '' : `${tierStateWords[tier.state].word}. `;
  if (layers.length === 0) return `${tier.name}: ${state}It cannot be measured; ${marks}.`;
  const parts = layers.filter(({ bytes }) => bytes > 0).map(({ name, bytes }) => `${formatBytes(bytes)} ${layerWords[name]}`);
  return `${tier.name}: ${state}${tier.usedPercent} % used; ${parts.join(', ')}; ${marks}.`;
}
