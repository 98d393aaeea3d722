import { afterEach, expect, test, vi } from 'vitest';
import { HoldfastError } from '#kernel';
import { reportFailure } from './failure.ts';
import { Terminal } from './terminal.ts';

afterEach(() => vi.restoreAllMocks());

function report(error: unknown, json: boolean) {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const exitCode = reportFailure(error, new Terminal(json), json);
  return { exitCode, out: out.mock.calls.join(''), err: err.mock.calls.join('') };
}

const portTaken = new HoldfastError('SUPERVISOR_PORT_TAKEN', {
  kind: 'conflict',
  message: 'Port 8000 is in use by nginx (pid 12).',
  action: 'Stop it.',
});

test('an error says what, which and what to do, on standard error', () => {
  const { exitCode, out, err } = report(portTaken, false);
  expect(exitCode).toBe(1);
  expect(out).toBe('');
  expect(err).toBe('✗ Port 8000 is in use by nginx (pid 12).\n  Stop it.\n');
});

test('in JSON mode an error is one document on standard output', () => {
  const { exitCode, out, err } = report(portTaken, true);
  expect(exitCode).toBe(1);
  expect(err).toBe('');
  expect(JSON.parse(out)).toEqual({
    error: { code: 'SUPERVISOR_PORT_TAKEN', message: 'Port 8000 is in use by nginx (pid 12).', action: 'Stop it.' },
  });
});

test('what the caller got wrong is a usage error, and a command without the appliance has a code of its own', () => {
  expect(report(new HoldfastError('X', { kind: 'invalid', message: 'x' }), false).exitCode).toBe(2);
  expect(report(new HoldfastError('APPLIANCE_NOT_RUNNING', { kind: 'unavailable', message: 'x' }), false).exitCode).toBe(3);
});

test('only our own mistakes show where they happened', () => {
  expect(report(portTaken, false).err).not.toContain('failure.spec');
  expect(report(new Error('surprise'), false).err).toContain('failure.spec');
});
