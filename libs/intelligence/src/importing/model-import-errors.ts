import { HoldfastError } from '#kernel';

/** An error about a model's folder: nothing of it was imported. */
export function modelRefused(
  code: string,
  message: string,
  action: string,
  values: Record<string, unknown> = {},
): HoldfastError {
  return new HoldfastError(code, { kind: 'invalid', message, action, values });
}

export function modelFileMissing(path: string): HoldfastError {
  return modelRefused('MODEL_FILE_MISSING', `The model's folder lacks ${path}.`, 'Copy the model again, complete.', { path });
}

export function modelFileUnsafe(path: string, why: string): HoldfastError {
  const action = 'Put the real file in its place; a model folder holds plain files only.';
  return modelRefused('MODEL_FILE_UNSAFE', `${path} ${why}.`, action, { path });
}

export function modelFileChanged(path: string, what: string): HoldfastError {
  const action = 'Copy the model again from where it comes from, or correct model.json if the file is meant to be this one.';
  return modelRefused('MODEL_FILE_CHANGED', `${path} is not the file that model.json describes: ${what}.`, action, { path });
}

export function modelVersionExists(name: string, version: string): HoldfastError {
  return new HoldfastError('MODEL_VERSION_EXISTS', {
    kind: 'conflict',
    message: `${name} ${version} is already imported, with other files.`,
    action: 'Give the changed model a new version in model.json.',
    values: { name, version },
  });
}

export function modelImportRaced(name: string, version: string): HoldfastError {
  return new HoldfastError('MODEL_IMPORT_RACED', {
    kind: 'conflict',
    message: `${name} ${version} was imported by somebody else at the same time.`,
    action: './holdfast models list shows it.',
    values: { name, version },
  });
}
