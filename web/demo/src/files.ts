// The ways a photo comes in: the file picker, a drop anywhere on the page, a paste.

import { byId } from './dom';

export type OnFile = (file: Blob, name: string) => void;

/** Opens the file picker; must run inside a click or a key press. */
export function pickFile(): void {
  byId<HTMLInputElement>('file').click();
}

/** Calls `onFile` for the first image of each gesture, and `onMiss` when a gesture brought something else. */
export function startFiles(onFile: OnFile, onMiss: (sentence: string) => void): void {
  const input = byId<HTMLInputElement>('file');
  const take = (files: FileList | null | undefined, gesture: string) => {
    const all = [...(files ?? [])];
    // Some systems give a file no type: it is tried, and the decoder says what it is.
    const file = all.find((one) => one.type.startsWith('image/')) ?? all.find((one) => one.type === '');
    if (file) onFile(file, file.name || 'Pasted image');
    else onMiss(`What was ${gesture} is not an image file.`);
  };

  byId('open').addEventListener('click', pickFile);
  byId('empty-open').addEventListener('click', pickFile);
  input.addEventListener('change', () => {
    if (input.files?.length) take(input.files, 'chosen');
    input.value = '';
  });

  addEventListener('paste', (event) => {
    const files = event.clipboardData?.files;
    if (files?.length) {
      event.preventDefault();
      take(files, 'pasted');
    }
  });

  startDrop((files) => take(files, 'dropped'));
}

function startDrop(onDrop: (files: FileList | undefined) => void): void {
  const page = document.documentElement;
  // Enter and leave fire for every element on the way: the veil follows the balance of the two.
  let depth = 0;
  const over = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  const veil = (next: number) => {
    depth = next;
    page.classList.toggle('dropping', depth > 0);
  };
  addEventListener('dragenter', (event) => {
    if (over(event)) veil(depth + 1);
  });
  addEventListener('dragleave', (event) => {
    if (over(event)) veil(Math.max(0, depth - 1));
  });
  addEventListener('dragover', (event) => {
    if (!over(event)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
  });
  addEventListener('drop', (event) => {
    if (!over(event)) return;
    event.preventDefault();
    veil(0);
    onDrop(event.dataTransfer?.files);
  });
}
