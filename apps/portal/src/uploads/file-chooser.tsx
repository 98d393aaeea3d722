import { FilePlus2, FolderPlus } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '../ui/button.tsx';
import { filesOfInput } from './folder-walk.ts';
import { uploads } from './upload-store.ts';

/** The two ways to choose what to upload: files, or a whole folder. */
export function FileChooser({ small, primary }: { small?: boolean; primary?: boolean }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    if (input.files) uploads.add(filesOfInput(input.files));
    input.value = '';
  };
  return (
    <>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label="Folder to upload"
        {...{ webkitdirectory: '' }}
        onChange={(event) => take(event.currentTarget)}
      />
      <Button
        small={small ?? false}
        kind={primary ? 'primary' : 'plain'}
        icon={FilePlus2}
        onPress={() => files.current?.click()}
      >
        Choose files
      </Button>
      <Button small={small ?? false} icon={FolderPlus} onPress={() => folder.current?.click()}>
        Choose a folder
      </Button>
    </>
  );
}
