import type { Service, ServiceLog } from '../src/api/services-queries.ts';
import { type Call, MockProblem, type Routes } from './call.ts';

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

type Known = Pick<Service, 'id' | 'kind' | 'title' | 'unit' | 'slice' | 'cpus' | 'interruption'>;
const known: Known[] = [
  {
    id: 'postgresql',
    kind: 'postgresql',
    title: 'PostgreSQL',
    unit: 'postgresql@17-main.service',
    slice: 'holdfast-postgresql.slice',
    cpus: '3-4,19-20',
    interruption: 'Everything waits for some seconds. What was acknowledged stays.',
  },
  {
    id: 'redis',
    kind: 'redis',
    title: 'Redis',
    unit: 'redis-server.service',
    slice: 'holdfast-redis.slice',
    cpus: '5,21',
    interruption: 'Live updates stop for some seconds, and jobs in hand begin anew; nothing is lost.',
  },
  {
    id: 'keyd',
    kind: 'keystore',
    title: 'Keystore',
    unit: 'holdfast-keyd.service',
    slice: 'system.slice',
    cpus: '0,16',
    interruption: 'It comes back sealed (passphrase): somebody must unseal it, and until then nothing new can be taken in.',
  },
  {
    id: 'api',
    kind: 'api',
    title: 'API and portal',
    unit: 'holdfast-api.service',
    slice: 'holdfast-api.slice',
    cpus: '1-2,17-18',
    interruption: 'Pages and programs wait for some seconds. Uploads go on by themselves, and everybody stays signed in.',
  },
  {
    id: 'media',
    kind: 'worker',
    title: 'Worker media',
    unit: 'holdfast-worker@media.service',
    slice: 'holdfast-video.slice',
    cpus: '8-10,24-26',
    interruption: 'Jobs in hand are given back and begin anew; nothing is lost.',
  },
  {
    id: 'inference',
    kind: 'worker',
    title: 'Worker inference',
    unit: 'holdfast-worker@inference.service',
    slice: 'holdfast-ml.slice',
    cpus: '6-7,22-23',
    interruption: 'Jobs in hand are given back and begin anew; nothing is lost.',
  },
  {
    id: 'agent',
    kind: 'agent',
    title: 'Host agent',
    unit: 'holdfast-agent.service',
    slice: 'system.slice',
    cpus: '0,16',
    interruption: 'A change of cores that waits to be kept is taken back.',
  },
];

/** When a service was last restarted by somebody here. */
const restarted = new Map<string, number>();

function serviceOf(service: Known, index: number, { cookies }: Call): Service {
  const mood = cookies['mock-services'];
  const beganMs = restarted.get(service.id);
  const isStarting = beganMs !== undefined && Date.now() - beganMs < 4000;
  const isIll = mood === 'trouble' && service.id === 'media';
  const isSlow = mood === 'trouble' && service.id === 'redis';
  return {
    ...service,
    state: isStarting ? 'starting' : isIll ? 'failed' : isSlow ? 'degraded' : 'running',
    since: beganMs ? new Date(beganMs).toISOString() : minutesAgo(isIll ? 7 : 60 * 26),
    restarts: isIll ? 5 : 0,
    lastExit: isIll ? 'ended with exit-code' : null,
    pid: isIll ? null : 1200 + index * 37,
    memoryBytes: isIll ? null : 180_000_000 * (index + 1),
    cpuPercent: isIll ? null : Math.round((20 + 18 * Math.sin(Date.now() / 4000 + index)) * 10) / 10,
    health: {
      ok: !(isStarting || isIll || isSlow),
      text: isIll
        ? 'No sign of life; its jobs wait.'
        : isSlow
          ? 'Does not answer within 3 s.'
          : isStarting
            ? 'Does not answer yet.'
            : 'Answers in 2 ms.',
      checkedAt: new Date().toISOString(),
    },
    user: service.id === 'agent' ? 'root' : 'holdfast',
    socket: null,
    port: service.id === 'api' ? 8000 : null,
    restart:
      service.id === 'agent'
        ? { possible: false, reason: 'It cannot restart itself: sudo systemctl restart holdfast-agent.service.' }
        : { possible: true, reason: null },
  };
}

function logOf(id: string, after: string | null, { cookies }: Call): ServiceLog {
  const source = `journal of ${id}`;
  if (cookies['mock-services'] === 'barred')
    return {
      lines: [],
      cursor: null,
      source,
      reason: `host control unavailable: no agent is installed, or it does not run (/run/holdfast/agent.sock). On the machine: sudo journalctl -u holdfast-${id}.service.`,
    };
  const now = Math.floor(Date.now() / 1000);
  const from = after === null ? now - 60 : Number(after);
  const lines = Array.from({ length: Math.min(60, now - from) }, (_, index): ServiceLog['lines'][number] => {
    const second = from + index + 1;
    const at = new Date(second * 1000).toISOString();
    if (second % 23 === 0)
      return { at, level: 'error', text: `A request failed after ${second % 900} ms: the socket was closed` };
    if (second % 7 === 0) return { at, level: 'warn', text: 'A step took longer than usual' };
    return { at, level: 'info', text: `Request ${second % 10_000} answered with 200 in ${second % 40} ms` };
  });
  return { lines, cursor: String(now), source, reason: null };
}

/** The services, what they write, and restarting one. */
export const serviceRoutes: Routes = [
  [
    'GET',
    /^\/services$/,
    (call) => {
      if (call.cookies['mock-services'] === 'fail')
        throw new MockProblem(
          503,
          'SERVICES_SYSTEMD_UNREADABLE',
          'systemd does not say how its units are: timed out',
          'Try systemctl status on the machine.',
        );
      return { body: { host: 'systemd', items: known.map((service, index) => serviceOf(service, index, call)) } };
    },
  ],
  ['GET', /^\/services\/([^/]+)\/logs$/, (call, id = '') => ({ body: logOf(id, call.query.get('after'), call) })],
  [
    'POST',
    /^\/services\/([^/]+)\/restart$/,
    (_call, id = '') => {
      restarted.set(id, Date.now());
      return { status: 202, body: { id, begunAt: new Date().toISOString() } };
    },
  ],
];
