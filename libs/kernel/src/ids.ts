import { v7 } from 'uuid';

/** A new time-ordered identifier (UUID version 7, RFC 9562), so that primary keys insert at the end of their index. */
export function newId(): string {
  return v7();
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text has the shape of a UUID; says nothing about whether it names anything. */
export function isId(text: string): boolean {
  return uuidPattern.test(text);
}
