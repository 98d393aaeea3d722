import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const listeners = new Map<string, () => void>();
const at = (top: number) => ({ getBoundingClientRect: () => ({ top, bottom: top + 100, left: 0, right: 100 }) }) as Element;
let onceLookedAt: typeof import('./at-rest.ts').onceLookedAt;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal('innerWidth', 1000);
  vi.stubGlobal('innerHeight', 800);
  vi.stubGlobal('addEventListener', (name: string, listener: () => void) => listeners.set(name, listener));
  vi.resetModules();
  ({ onceLookedAt } = await import('./at-rest.ts'));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('what flies by is not looked at; what is in the window when it rests is, once', () => {
  const looked = vi.fn();
  onceLookedAt(at(100), looked);
  for (let frame = 0; frame < 60; frame += 1) {
    listeners.get('scroll')?.();
    vi.advanceTimersByTime(16);
  }
  expect(looked).not.toHaveBeenCalled();
  vi.advanceTimersByTime(200);
  listeners.get('scroll')?.();
  vi.advanceTimersByTime(200);
  expect(looked).toHaveBeenCalledTimes(1);
});

test('what lies outside waits until it is scrolled into the window', () => {
  const looked = vi.fn();
  const box = { top: 900 };
  onceLookedAt({ getBoundingClientRect: () => ({ ...at(box.top).getBoundingClientRect() }) } as Element, looked);
  vi.advanceTimersByTime(1000);
  expect(looked).not.toHaveBeenCalled();
  box.top = 700;
  listeners.get('scroll')?.();
  vi.advanceTimersByTime(200);
  expect(looked).toHaveBeenCalledTimes(1);
});

test('what has gone in the meantime is not told', () => {
  const looked = vi.fn();
  onceLookedAt(at(0), looked)();
  vi.advanceTimersByTime(1000);
  expect(looked).not.toHaveBeenCalled();
});
