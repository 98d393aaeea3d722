import { toast } from './toast-queue.ts';

/** Puts a text on the clipboard and says so; where the browser refuses, says that instead. */
export async function copyText(text: string, said: string): Promise<void> {
  if ((await byClipboard(text)) || bySelection(text)) toast({ tone: 'good', title: said });
  else toast({ tone: 'bad', title: 'This browser does not let the page copy', detail: 'Select the text and copy it by hand.' });
}

/** Pages that came over plain http, from anywhere but this machine, have no clipboard (Secure Contexts, W3C). */
async function byClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** The old way: selects a hidden copy of the text, without taking the focus, which dialogs would take back. */
function bySelection(text: string): boolean {
  const selection = getSelection();
  const place = document.createElement('span');
  place.textContent = text;
  place.style.cssText = 'position: fixed; inset: 0 auto auto 0; opacity: 0; white-space: pre; user-select: text';
  place.ariaHidden = 'true';
  place.addEventListener('copy', (event) => {
    event.stopPropagation();
    event.preventDefault();
    event.clipboardData?.setData('text/plain', text);
  });
  document.body.append(place);
  selection?.selectAllChildren(place);
  try {
    return document.execCommand('copy');
  } finally {
    selection?.removeAllRanges();
    place.remove();
  }
}
