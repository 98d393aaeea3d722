import { HoldfastError } from '#kernel';

export function uploadNotFound(): HoldfastError {
  return new HoldfastError('UPLOAD_NOT_FOUND', {
    kind: 'not-found',
    message: 'There is no such upload.',
    action: 'It may have ended or expired: begin a new one.',
  });
}

export function uploadTooLarge(sizeBytes: number, maxBytes: number): HoldfastError {
  return new HoldfastError('UPLOAD_TOO_LARGE', {
    kind: 'too-large',
    message: `A file of ${sizeBytes} bytes is too large: at most ${maxBytes} bytes are taken (ingest.maxFileBytes).`,
    values: { sizeBytes, maxBytes },
  });
}

export function uploadOverflows(sizeBytes: number): HoldfastError {
  return new HoldfastError('UPLOAD_OVERFLOWS', {
    kind: 'too-large',
    message: `More bytes came than the ${sizeBytes} that were announced.`,
    action: 'Begin a new upload with the right length.',
    values: { sizeBytes },
  });
}

export function offsetConflict(offsetBytes: number): HoldfastError {
  return new HoldfastError('UPLOAD_OFFSET_CONFLICT', {
    kind: 'conflict',
    message: `The next byte expected is number ${offsetBytes}.`,
    action: 'Ask for the offset and go on from there.',
    values: { offsetBytes },
  });
}

export function uploadEnded(reason: string | null): HoldfastError {
  return new HoldfastError('UPLOAD_FAILED', {
    kind: 'gone',
    message: `This upload has failed${reason ? `: ${reason}` : '.'}`,
    action: 'Begin a new one.',
  });
}

export function uploadInterrupted(cause: unknown): HoldfastError {
  return new HoldfastError('UPLOAD_INTERRUPTED', {
    kind: 'timeout',
    message: 'The connection broke before all announced bytes had come; what came is kept.',
    action: 'Ask for the offset and go on from there.',
    cause,
  });
}

export function checksumMismatch(): HoldfastError {
  return new HoldfastError('UPLOAD_CHECKSUM_MISMATCH', {
    kind: 'corrupted',
    message: 'The bytes of this request do not match its Upload-Checksum; they were dropped.',
    action: 'Send them again from the same offset.',
  });
}

export function hashMismatch(expected: string, received: string): HoldfastError {
  return new HoldfastError('UPLOAD_HASH_MISMATCH', {
    kind: 'corrupted',
    message: `The file that arrived has SHA-256 ${received.slice(0, 12)}…, not ${expected.slice(0, 12)}… as announced; it was dropped.`,
    action: 'It changed while it was sent, or was damaged on the way: begin again.',
    values: { expected, received },
  });
}
