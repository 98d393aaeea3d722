import type { AssetTag } from '../api/types.ts';

const order = { confirmed: 0, suggested: 1, rejected: 2 };

/** Tags in the order of what one does with them: certain ones, suggestions by confidence, rejected ones. */
export function orderedTags(tags: readonly AssetTag[]): AssetTag[] {
  return [...tags].sort(
    (a, b) => order[a.state] - order[b.state] || (b.confidence ?? 1) - (a.confidence ?? 1) || a.name.localeCompare(b.name),
  );
}
