import { createConnection } from 'node:net';

/** One command as an array of bulk strings (RESP2): https://redis.io/docs/latest/develop/reference/protocol-spec/ */
function encode(words: string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/** The value of a complete reply; undefined while bytes are missing. Enough for simple strings, integers and bulk strings. */
function decode(reply: string): string | undefined {
  const end = reply.indexOf('\r\n');
  if (end < 0) return undefined;
  const head = reply.slice(1, end);
  if (reply[0] === '-') throw new Error(head);
  if (reply[0] !== '$') return head;
  const body = reply.slice(end + 2);
  return Buffer.byteLength(body) >= Number(head) + 2 ? body.slice(0, -2) : undefined;
}

/** Sends one command to a Redis on a unix socket and answers its reply as text. Throws on an error reply, a broken connection or after two seconds. */
export function askRedis(socketPath: string, ...words: string[]): Promise<string> {
  return new Promise((settle, fail) => {
    const socket = createConnection({ path: socketPath });
    let reply = '';
    socket.setEncoding('utf8').setTimeout(2000, () => socket.destroy(new Error(`No answer from ${socketPath}.`)));
    socket.on('error', fail);
    socket.on('close', () => fail(new Error(`Redis at ${socketPath} hung up.`)));
    socket.on('data', (part) => {
      reply += part;
      try {
        const value = decode(reply);
        if (value === undefined) return;
        settle(value);
        socket.end();
      } catch (error) {
        fail(error);
        socket.destroy();
      }
    });
    socket.write(encode(words));
  });
}
