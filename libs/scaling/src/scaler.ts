import type { ScalingSettings } from '#manifest';
import { type Ground, type QueueState, type Wish, wishOf } from './strategies.ts';

/**
 * Holds one queue at the number of jobs that its strategy wants: more at once, fewer only after fewer were enough for the time of patience,
 * and then the most that was wanted meanwhile.
 */
export class Scaler {
  /** What was wanted while it was less than there is, newest last. */
  private calm: { atMs: number; slots: number }[] = [];

  private readonly settings: ScalingSettings;
  private slots: number;

  constructor(settings: ScalingSettings, slots: number) {
    this.settings = settings;
    this.slots = slots;
  }

  next(state: QueueState, ground: Ground): Wish {
    const wish = this.limited(wishOf(this.settings, state, ground));
    if (wish.slots >= this.slots || !('calmSeconds' in this.settings)) {
      this.calm = [];
      this.slots = wish.slots;
      return wish;
    }
    const patienceMs = this.settings.calmSeconds * 1000;
    this.calm.push({ atMs: state.atMs, slots: wish.slots });
    const since = this.calm[0]?.atMs ?? state.atMs;
    if (state.atMs - since < patienceMs)
      return { slots: this.slots, reason: `${wish.reason}; fewer would do, not for long enough yet` };
    this.slots = Math.max(...this.calm.filter(({ atMs }) => state.atMs - atMs <= patienceMs).map(({ slots }) => slots));
    this.calm = this.calm.filter(({ atMs, slots }) => state.atMs - atMs < patienceMs && slots < this.slots);
    return { slots: this.slots, reason: wish.reason };
  }

  private limited(wish: Wish): Wish {
    if (!('min' in this.settings)) return wish;
    const { min, max } = this.settings;
    if (wish.slots > max) return { slots: max, reason: `${wish.reason}; ${wish.slots} would be needed, ${max} is the most` };
    return { slots: Math.max(min, wish.slots), reason: wish.reason };
  }
}
