import { memo } from 'react';
import styles from './jobs.module.css';
import { type RateSample, trailMs, unbroken } from './rate-trail.ts';

const width = 96;
const height = 22;

/** Jobs done per minute over the last ten minutes as a thin line; its end is the value written beside it. */
export const RateLine = memo(function RateLine({
  samples,
  colour,
  untilMs,
}: {
  samples: readonly RateSample[];
  colour: string;
  untilMs: number;
}) {
  const most = Math.max(1, ...samples.map((sample) => sample.perMinute));
  const x = (sample: RateSample) => (width - 3) * (1 - (untilMs - sample.atMs) / trailMs);
  const y = (sample: RateSample) => height - 2 - (height - 4) * (sample.perMinute / most);
  const last = samples.at(-1);
  return (
    <svg className={styles.line} width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <line x1="0" x2={width} y1={height - 1.5} y2={height - 1.5} stroke="var(--hair)" />
      {unbroken(samples).map((part) => (
        <polyline
          key={part[0]?.atMs}
          points={part.map((sample) => `${x(sample).toFixed(1)},${y(sample).toFixed(1)}`).join(' ')}
          fill="none"
          stroke={colour}
          strokeWidth="1.25"
          strokeLinejoin="round"
        />
      ))}
      {last && <circle cx={x(last)} cy={y(last)} r="2" fill={colour} />}
    </svg>
  );
});
