import { z } from 'zod';

/** A path inside a model's folder: relative, with `/`, without `.` or `..` steps, and of harmless characters only. */
export const modelPath = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$/, 'a relative path inside the model folder');

/** A folder inside a model's folder; `.` is the model's folder itself. */
export const modelFolder = z.union([z.literal('.'), modelPath]);
