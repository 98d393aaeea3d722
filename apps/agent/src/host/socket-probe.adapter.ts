import { createConnection } from 'node:net';

const answerMs = 2_000;

/** Whether somebody takes a connection at a unix socket. One that this account may not use counts as silent. */
export function answers(path: string): Promise<boolean> {
  return new Promise((settle) => {
    const socket = createConnection({ path });
    const end = (answered: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      settle(answered);
    };
    const timer = setTimeout(() => end(false), answerMs);
    socket.on('connect', () => end(true)).on('error', () => end(false));
  });
}
