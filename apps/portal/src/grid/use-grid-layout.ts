import { type RefObject, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ScrollPosition } from './scroll-position.ts';
import {
  type GridLayout,
  type GridOptions,
  lastNotAbove,
  layoutBody,
  layoutSections,
  type PartInput,
  type SectionBody,
  type SectionInput,
  sectionAt,
} from './sections.ts';

/** Row heights for the five densities, in pixels; phones get smaller ones. */
const targetHeights = [88, 124, 168, 236, 330];

/** Row height of a density at a width. */
export function targetHeightFor(density: number, width: number): number {
  const height = targetHeights[Math.min(4, Math.max(0, density))] ?? 168;
  return width < 640 ? Math.round(height * 0.66) : height;
}

/** Inner width and height of the scroller, following its size. */
export function useViewport(scroller: RefObject<HTMLElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => {
      const style = getComputedStyle(element);
      const width = element.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
      setSize((before) =>
        before.width === width && before.height === element.clientHeight ? before : { width, height: element.clientHeight },
      );
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
  return size;
}

/** The layout of all sections; bodies of unchanged sections are kept. */
export function useGridLayout(
  inputs: readonly SectionInput[],
  width: number,
  density: number,
  version: number,
): { layout: GridLayout; options: GridOptions } {
  const options = useMemo<GridOptions>(
    () => ({
      width: Math.max(160, width),
      targetHeight: targetHeightFor(density, width),
      gap: 4,
      headerHeight: 40,
      meanRatio: 1.35,
    }),
    [width, density],
  );
  const bodies = useRef(new Map<string, { parts: PartInput[]; options: GridOptions; body: SectionBody }>());
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the sections' content
  const layout = useMemo(
    () =>
      layoutSections(inputs, options, (input) => {
        const kept = bodies.current.get(input.key);
        if (kept && kept.options === options && isSame(kept.parts, input.parts)) return kept.body;
        const body = layoutBody(input, options);
        const parts = input.parts.map(({ count, ratios }) => ({ count, ratios }));
        bodies.current.set(input.key, { parts, options, body });
        return body;
      }),
    [inputs, options, version],
  );
  return { layout, options };
}

/** Whether parts are as they were; they are changed in place, so their content is compared. */
function isSame(before: readonly PartInput[], now: readonly PartInput[]): boolean {
  return (
    before.length === now.length &&
    before.every(({ count, ratios }, index) => count === now[index]?.count && ratios === now[index]?.ratios)
  );
}

/** A place in the list that survives a new layout: so far below the start of a part of a month. */
interface Anchor {
  key: string;
  part: number;
  offset: number;
  /** Of the section, to scale by when the width changes. */
  height: number;
  options: GridOptions;
}

function anchorAt(layout: GridLayout, options: GridOptions, top: number): Anchor {
  const section = layout.sections[sectionAt(layout, top)];
  if (!section) return { key: '', part: 0, offset: 0, height: 1, options };
  const inside = top - section.top - options.headerHeight;
  const part = lastNotAbove(section.partTops, inside);
  return { key: section.key, part, offset: inside - (section.partTops[part] ?? 0), height: section.height, options };
}

/**
 * Keeps what is at the top of the window where it is when something above it grows or the width changes: the part of a month at the top
 * keeps its place, in pixels below its start while the width is unchanged, else as a share of its month's height.
 */
export function useScrollAnchor(
  scroller: RefObject<HTMLElement | null>,
  position: ScrollPosition,
  layout: GridLayout,
  options: GridOptions,
  measured: boolean,
): void {
  const anchor = useRef<Anchor>(undefined);
  useLayoutEffect(() => {
    const before = anchor.current;
    const element = scroller.current;
    const section = layout.sections.find((candidate) => candidate.key === before?.key);
    if (before && element && section && position.top >= 1) {
      const share = before.options === options ? 1 : section.height / before.height;
      const wanted = section.top + options.headerHeight + (section.partTops[before.part] ?? 0) + before.offset * share;
      if (Math.abs(position.top - wanted) > 0.5) {
        element.scrollTop = wanted;
        position.move(element.scrollTop);
      }
    }
    // Before the width is known, the layout says nothing of where one was.
    if (!measured) return;
    return position.subscribe((top) => {
      anchor.current = anchorAt(layout, options, top);
    });
  }, [layout, options, scroller, position, measured]);
}
