import type { z } from 'zod';
import type { Permission } from './permissions.ts';

/** One kind of message that the server pushes to browsers, with the permission its receivers need. */
export interface SocketEvent<Payload extends z.ZodType = z.ZodType> {
  /** `noun.verb`, past tense. */
  name: string;
  permission: Permission;
  payload: Payload;
}

const events = new Map<string, SocketEvent>();

/** Declares a socket event. Throws when the name is taken. */
export function defineSocketEvent<Payload extends z.ZodType>(event: SocketEvent<Payload>): SocketEvent<Payload> {
  if (events.has(event.name)) throw new Error(`Socket event ${event.name} is declared twice.`);
  events.set(event.name, event);
  return event;
}

/** All socket events declared so far. */
export function declaredSocketEvents(): SocketEvent[] {
  return [...events.values()];
}
