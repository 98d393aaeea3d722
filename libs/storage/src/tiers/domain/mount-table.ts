/** One line of /proc/self/mountinfo: proc_pid_mountinfo(5). */
export interface Mount {
  mountPoint: string;
  fileSystemType: string;
  /** A device such as `/dev/md0`, or a word. */
  source: string;
  isReadOnly: boolean;
}

/** Mount points and sources are escaped with three octal digits. */
function withoutEscapes(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** Reads /proc/self/mountinfo; lines of another shape are left out. */
export function parseMountTable(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [before, after] = line.split(' - ');
    const [, , , , mountPoint, options] = before?.split(' ') ?? [];
    const [fileSystemType, source, superOptions] = after?.split(' ') ?? [];
    if (!mountPoint || !options || !fileSystemType || source === undefined) return [];
    const isReadOnly = [options, superOptions ?? ''].some((list) => list.split(',').includes('ro'));
    return [{ mountPoint: withoutEscapes(mountPoint), fileSystemType, source: withoutEscapes(source), isReadOnly }];
  });
}

/** The mount that a path lies on: the longest mount point above it, and of those at the same place the last. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounts) {
    const { mountPoint } = mount;
    const isAbove = path === mountPoint || path.startsWith(mountPoint === '/' ? '/' : `${mountPoint}/`);
    if (isAbove && (!found || mountPoint.length >= found.mountPoint.length)) found = mount;
  }
  return found;
}
