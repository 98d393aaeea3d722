// Writes the shipped visual-descriptor model into a folder: node --conditions=source scripts/make-visual-descriptor.ts FOLDER
import { writeVisualDescriptor } from '../libs/intelligence/src/descriptor/write-visual-descriptor.ts';

const folder = process.argv[2];
if (!folder) {
  console.error('Say where to: scripts/make-visual-descriptor.ts FOLDER');
  process.exit(2);
}
await writeVisualDescriptor(folder);
console.log(`The visual descriptor lies in ${folder}; import it with: holdfast models import ${folder}`);
