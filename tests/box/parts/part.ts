import type { Box } from '../box.ts';
import type { BoxReport } from '../report.ts';

/** What a part of the test has at hand. */
export interface PartContext {
  box: Box;
  report: BoxReport;
  /** How often the power is cut. */
  cuts: number;
  /** A number from 0 to 1, the same in the same order for the same seed. */
  random(): number;
}

/** A part of the test that can run alone. */
export interface Part {
  name: string;
  /** For whoever reads the help. */
  what: string;
  run(context: PartContext): Promise<void>;
}
