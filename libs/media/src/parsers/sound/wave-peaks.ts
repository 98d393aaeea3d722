/** Bytes before the samples of a WAV file as ffmpeg writes it with `-fflags +bitexact`. */
const HEADER_BYTES = 44;
const FULL_SCALE = 32_768;
// -50 dBFS: quieter than a quiet room on a decent microphone.
const SILENCE = 0.00316;
const BLOCK_SAMPLES = 1600;

/** Reads 16-bit mono samples as they come and keeps only their outline: memory does not grow with the length. */
export class WavePeaks {
  readonly #samplesPerPeak: number;
  readonly #peaks: number[] = [];
  #skip = HEADER_BYTES;
  #odd: number | undefined;
  #highest = 0;
  #inPeak = 0;
  #blockHighest = 0;
  #inBlock = 0;
  #blocks = 0;
  #silentBlocks = 0;
  #samples = 0;

  constructor(samplesPerPeak: number) {
    this.#samplesPerPeak = Math.max(1, Math.floor(samplesPerPeak));
  }

  /** Takes the next bytes of the file, from its header on. */
  push(chunk: Buffer): void {
    let start = Math.min(this.#skip, chunk.length);
    this.#skip -= start;
    if (this.#odd !== undefined && start < chunk.length) {
      this.#add(((chunk[start] as number) << 8) | this.#odd);
      this.#odd = undefined;
      start++;
    }
    let at = start;
    for (; at + 1 < chunk.length; at += 2) this.#add((chunk[at] as number) | ((chunk[at + 1] as number) << 8));
    if (at < chunk.length) this.#odd = chunk[at];
  }

  /** Peaks from 0 to 255, the share of tenths of a second that are silent, and how many samples there were. */
  finish(): { peaks: number[]; silentShare: number; samples: number } {
    if (this.#inPeak > 0) this.#closePeak();
    return {
      peaks: this.#peaks,
      silentShare: this.#blocks > 0 ? this.#silentBlocks / this.#blocks : 0,
      samples: this.#samples,
    };
  }

  #add(word: number): void {
    const level = Math.abs(word > 32_767 ? word - 65_536 : word);
    if (level > this.#highest) this.#highest = level;
    if (level > this.#blockHighest) this.#blockHighest = level;
    this.#samples++;
    if (++this.#inPeak >= this.#samplesPerPeak) this.#closePeak();
    if (++this.#inBlock < BLOCK_SAMPLES) return;
    this.#blocks++;
    if (this.#blockHighest < SILENCE * FULL_SCALE) this.#silentBlocks++;
    this.#inBlock = 0;
    this.#blockHighest = 0;
  }

  #closePeak(): void {
    this.#peaks.push(Math.min(255, Math.round((255 * this.#highest) / FULL_SCALE)));
    this.#highest = 0;
    this.#inPeak = 0;
  }
}
