import { importModel } from '../../../libs/intelligence/src/importing/import-model.ts';
import { MemoryModelCatalogue } from '../../../libs/intelligence/src/testing/memory-model-catalogue.ts';

// Imports a model until it is killed: import-model.child.ts FROM SHELF
const [from = '', shelf = ''] = process.argv.slice(2);
process.stdout.write('begun\n');
await importModel(from, { folder: shelf, catalogue: new MemoryModelCatalogue() });
