import { expect, test } from 'vitest';
import type { LogLine, Service } from '../api/services-queries.ts';
import { linesFrom, summaryOf } from './service-words.ts';

const line = (level: LogLine['level'], text: string): LogLine => ({ at: null, level, text });
const service = (title: string, state: Service['state']) => ({ title, state }) as Service;

test('a stack trace stays with the error that it belongs to', () => {
  const lines = [line('info', 'a'), line(null, 'more of a'), line('error', 'b'), line(null, 'at b'), line('warn', 'c')];
  expect(linesFrom(lines, 'error').map(({ text }) => text)).toEqual(['b', 'at b']);
  expect(linesFrom(lines, 'warn').map(({ text }) => text)).toEqual(['b', 'at b', 'c']);
  expect(linesFrom(lines, 'all')).toEqual(lines);
});

test('what is not well is named before what is not known', () => {
  expect(summaryOf([service('API', 'running'), service('Redis', 'running')])).toEqual({
    tone: 'good',
    text: 'All 2 services run and answer',
  });
  expect(summaryOf([service('API', 'unknown'), service('Redis', 'running')]).text).toBe('Of API nothing is known');
  expect(summaryOf([service('API', 'unknown'), service('Redis', 'failed')])).toEqual({ tone: 'bad', text: 'Redis: failed' });
});
