import fastify from 'fastify';

// The yardstick: Fastify with nothing but a cookie to read and the same payload to send.
const payload = JSON.parse(process.argv[2] ?? '{}') as object;
const server = fastify();
server.get('/', async () => payload);
await server.listen({ port: Number(process.argv[3]), host: '127.0.0.1' });
process.send?.({ ready: true });
