/** An error that is the file's own: its code and what to do travel to the caller through the sandbox. */
export function fault(code: string, message: string, action?: string): Error {
  return Object.assign(new Error(message), { code, action });
}
