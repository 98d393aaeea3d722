/** A card as the machine has it. What it does not tell is null. */
export interface GpuCard {
  index: number;
  uuid: string;
  name: string;
  /** Version of the driver: 550.127.05. */
  driver: string;
  /** null where only the driver's own list of cards could be read. */
  memoryMb: number | null;
  usedMb: number | null;
  utilisationPercent: number | null;
  encoderPercent: number | null;
  /** Films that are encoded now; null where the card has no encoder, or does not say. */
  encoderSessions: number | null;
  temperatureCelsius: number | null;
  powerWatts: number | null;
  powerLimitWatts: number | null;
  /** Whether it is cut into instances of its own (MIG); null where it cannot be. */
  mig: boolean | null;
}

/** The cards of a machine, and why there are none or no figures of them. */
export interface GpuReading {
  cards: GpuCard[];
  problem: string | null;
}

/**
 * Films that a card encodes at a time; null is no limit. Drivers limit GeForce cards, all of a machine together: 8 since January 2024 (551 on Windows, 550 here), 5 since March 2023 (530),
 * 3 before: NVIDIA's encode and decode support matrix. Cards for data centres without an encoder tell of no sessions.
 */
export function encoderSessionLimit({ name, driver, encoderSessions, memoryMb }: GpuCard): number | null {
  if (encoderSessions === null && memoryMb !== null) return 0;
  if (!/geforce/i.test(name)) return null;
  const major = Number.parseInt(driver, 10);
  if (major >= 550) return 8;
  return major >= 530 ? 5 : 3;
}
