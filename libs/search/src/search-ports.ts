import { Injectable } from '@nestjs/common';

/** The meaning of a query as vectors, in each space that has a model for it. */
export interface TextMeaning {
  vectors: { space: string; vector: ArrayLike<number> }[];
  /** Why meaning cannot be searched, and what would enable it; null where it can. */
  unavailable: string | null;
}

/** Turns the text of a query into vectors. */
export interface TextEmbedder {
  embed(text: string): Promise<TextMeaning>;
}

/** What to say where no model understands text. */
export const meaningNeedsModel =
  'Search by meaning needs a text–image model of the CLIP or SigLIP family, or a sentence encoder: `./holdfast models import FOLDER`, then `./holdfast models enable NAME`.';

/** What rooms above or beside give to search. */
@Injectable()
export class SearchPorts {
  textEmbedder: TextEmbedder = { embed: async () => ({ vectors: [], unavailable: meaningNeedsModel }) };
}
