import { useQuery } from '@tanstack/react-query';
import type { CSSProperties } from 'react';
import { forecastQuery } from '../api/storage-queries.ts';
import type { TierForecast } from '../api/types.ts';
import { Reading } from '../reading/reading.tsx';
import page from '../shell/page.module.css';
import { Section } from '../shell/page.tsx';
import { classNames } from '../ui/class-names.ts';
import { Skeleton } from '../ui/states.tsx';
import { axisDays, barOf } from './forecast-bar.ts';
import { axisWords, forecastInWords, growthInWords, rangeInWords } from './forecast-words.ts';
import styles from './storage.module.css';

/** When will each tier be full? As a range, for nobody knows the day. */
export function ForecastSection() {
  const query = useQuery(forecastQuery);
  return (
    <Section title="Forecast">
      <Reading
        query={query}
        what="the forecast"
        failed="The forecast could not be read"
        skeleton={<Skeleton height={196} style={{ borderRadius: 10 }} />}
        compact
      >
        {({ items }) => <Forecasts items={items} />}
      </Reading>
    </Section>
  );
}

function Forecasts({ items }: { items: readonly TierForecast[] }) {
  const days = axisDays(items.map(({ daysToFull }) => daysToFull));
  const known = items.filter(({ state }) => state === 'known');
  return (
    <div className={classNames(page.card, styles.forecasts)}>
      {items.map((forecast) => (
        <ForecastRow key={forecast.tier} forecast={forecast} days={days} />
      ))}
      {known.length > 0 && (
        <p className={styles.axis} aria-hidden>
          <span>today</span>
          <span>{axisWords(days / 2)}</span>
          <span>{axisWords(days)}</span>
        </p>
      )}
      {[...new Set(known.map(({ message }) => message))].map((message) => (
        <p key={message} className={styles.forecastNote}>
          {message}
        </p>
      ))}
    </div>
  );
}

function ForecastRow({ forecast, days }: { forecast: TierForecast; days: number }) {
  const { tier, state, message, daysToFull, daysToHigh, growthBytesPerDay } = forecast;
  const bar = daysToFull ? barOf(daysToFull, days) : undefined;
  const high = daysToHigh ? rangeInWords(daysToHigh) : undefined;
  return (
    <div className={styles.forecast}>
      <h3>{tier}</h3>
      <p className={styles.forecastWords}>
        <strong>{forecastInWords(forecast)}</strong>
        {growthBytesPerDay?.likely != null && <span>{growthInWords(growthBytesPerDay.likely)}</span>}
      </p>
      {state === 'known' && (
        <div className={styles.range} aria-hidden>
          {bar && (
            <i
              className={classNames(styles.rangeBar, bar.isOpen && styles.openEnd)}
              style={{ '--from': bar.from, '--to': bar.to } as CSSProperties}
            />
          )}
          {bar?.likely != null && <i className={styles.likely} style={{ '--at': bar.likely } as CSSProperties} />}
        </div>
      )}
      <p className={styles.forecastNote}>
        {state !== 'known' && message}
        {high !== undefined && (high === 'now' ? 'Above its high mark now.' : `At its high mark ${high}.`)}
      </p>
    </div>
  );
}
