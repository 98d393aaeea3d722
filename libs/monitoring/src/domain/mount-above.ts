/** The mount point that a path lies below: the longest that it begins with. undefined where none of them is above it. */
export function mountAbove(path: string, mountPoints: readonly string[]): string | undefined {
  const above = mountPoints.filter((point) => point === '/' || path === point || path.startsWith(`${point}/`));
  return above.reduce<string | undefined>((best, point) => (best && best.length >= point.length ? best : point), undefined);
}
