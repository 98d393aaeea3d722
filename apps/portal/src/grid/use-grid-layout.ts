import { type RefObject, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { type GridLayout, type GridOptions, layoutBody, layoutSections, type SectionInput, sectionAt } from './sections.ts';

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
  const bodies = useRef(new Map<string, { input: SectionInput; options: GridOptions; body: ReturnType<typeof layoutBody> }>());
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the sections' content
  const layout = useMemo(
    () =>
      layoutSections(inputs, options, (input) => {
        const kept = bodies.current.get(input.key);
        if (kept && kept.options === options && kept.input.ratios === input.ratios && kept.input.count === input.count)
          return kept.body;
        const body = layoutBody(input, options);
        bodies.current.set(input.key, { input: { ...input }, options, body });
        return body;
      }),
    [inputs, options, version],
  );
  return { layout, options };
}

/**
 * Keeps what is at the top of the window where it is when months above it grow or the width changes: the section at the top keeps
 * its place, in pixels below its header while its width is unchanged, else as a share of its height.
 */
export function useScrollAnchor(scroller: RefObject<HTMLElement | null>, layout: GridLayout, options: GridOptions): () => void {
  const anchor = useRef({ key: '', offset: 0, height: 1, options });
  const note = () => {
    const top = scroller.current?.scrollTop ?? 0;
    const section = layout.sections[sectionAt(layout, top)];
    anchor.current = { key: section?.key ?? '', offset: top - (section?.top ?? 0), height: section?.height ?? 1, options };
  };
  useLayoutEffect(() => {
    const element = scroller.current;
    const { key, offset, height, options: before } = anchor.current;
    const section = layout.sections.find((candidate) => candidate.key === key);
    if (!element || !section || element.scrollTop < 1) return;
    const share = before === options ? 1 : section.height / height;
    const wanted = section.top + offset * share;
    if (Math.abs(element.scrollTop - wanted) > 0.5) element.scrollTop = wanted;
    anchor.current = { key, offset: offset * share, height: section.height, options };
  }, [layout, options, scroller]);
  return note;
}
