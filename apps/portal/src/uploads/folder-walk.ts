/** A file with the folder it lay in, relative to what was dropped. */
export interface FoundFile {
  file: File;
  folder: string;
}

/** Files that operating systems leave behind and nobody means to upload. */
const litter = /^(\.ds_store|thumbs\.db|desktop\.ini|\._.*)$/i;

export function isLitter(name: string): boolean {
  return litter.test(name);
}

/** Files of a file chooser; a chosen folder says where each lay. */
export function filesOfInput(list: FileList): FoundFile[] {
  return [...list]
    .filter((file) => !isLitter(file.name))
    .map((file) => ({ file, folder: file.webkitRelativePath.split('/').slice(0, -1).join('/') }));
}

/** Everything that was dropped, folders walked to the bottom. Must be called in the drop event itself; reading goes on after it. */
export function filesOfDrop(transfer: DataTransfer): Promise<FoundFile[]> {
  const entries = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  return walkAll(entries);
}

async function walkAll(entries: (FileSystemEntry | File | null)[]): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  const waiting = [...entries];
  for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
    if (entry === null || isLitter(entry.name)) continue;
    if (entry instanceof File) found.push({ file: entry, folder: '' });
    else if (entry.isFile) {
      const folder = entry.fullPath.split('/').slice(1, -1).join('/');
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
      found.push({ file, folder });
    } else waiting.push(...(await readFolder(entry as FileSystemDirectoryEntry)));
  }
  return found;
}

async function readFolder(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  // A reader hands out at most 100 entries at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}
