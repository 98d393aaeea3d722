export { DiskSpace, type Room } from './disk-space.adapter.ts';
export { failpoint } from './failpoint.ts';
export { ObjectRemoval, type SeenObject, type SetAside } from './object-removal.adapter.ts';
export { type ByteRange, ObjectStore, type StoredBytes } from './object-store.ts';
export { type HashProgress, PartialFile } from './partial-file.ts';
export { StorageModule } from './storage.module.ts';
