// Imports go down only, through one door per library, without cycles: CONTRIBUTING.md, "The house".

/** The libraries from the ground up; each may import those before it. */
const rooms = [
  'kernel',
  'manifest',
  'telemetry',
  'agent-protocol',
  'scaling',
  'supervisor',
  'database',
  'queue',
  'audit',
  'keys',
  'identity',
  'access',
  'generations',
  'reconcile',
  'allocation',
  'sandbox',
  'storage',
  'media',
  'intelligence',
  'search',
  'monitoring',
  'services',
];

/**
 * What may be imported from outside a library; threads that seal and open objects load the format alone, and whoever plans cores or keeps
 * generations no Nest and no database.
 */
const doors =
  '^libs/[^/]+/src/index\\.ts$|^libs/keys/src/(format|keystore)/index\\.ts$|^libs/(allocation|generations|services)/src/http/index\\.ts$';

const specs = '\\.spec\\.tsx?$|/src/testing/';

const downOnly = rooms.slice(0, -1).map((room, index) => ({
  name: `${room}-imports-down-only`,
  comment: `libs/${room} may import only what lies below it. Own an interface or an event there and let the higher room register.`,
  severity: 'error',
  from: { path: `^libs/${room}/` },
  to: { path: `^libs/(${rooms.slice(index + 1).join('|')})/` },
}));

export default {
  forbidden: [
    ...downOnly,
    {
      name: 'one-door-per-library',
      comment: 'Import another library by its door (#name), never a file inside it.',
      severity: 'error',
      from: { path: '^libs/([^/]+)/', pathNot: specs },
      to: { path: '^libs/[^/]+/src/', pathNot: `^libs/$1/|${doors}` },
    },
    {
      name: 'one-door-for-apps',
      comment: 'Import a library by its door (#name), never a file inside it.',
      severity: 'error',
      from: { path: '^apps/', pathNot: specs },
      to: { path: '^libs/[^/]+/src/', pathNot: doors },
    },
    {
      name: 'libraries-know-no-app',
      comment: 'Libraries lie below apps.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-know-no-other-app',
      comment: 'An app is a composition; what two of them need is a library.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'the-agent-stays-small',
      comment: 'The process of root loads what it needs to change the machine: no framework, no database, no other library.',
      severity: 'error',
      from: { path: '^apps/agent/', pathNot: specs },
      to: {
        path: '^libs/(?!(kernel|manifest|agent-protocol|allocation)/)|^libs/allocation/src/http/|node_modules/(@nestjs|pg|bullmq|ioredis|fastify)/',
      },
    },
    {
      name: 'portal-imports-no-library',
      comment: 'The portal knows the server by its generated client only.',
      severity: 'error',
      from: { path: '^apps/portal/' },
      to: { path: '^libs/' },
    },
    {
      name: 'tests-stay-in-tests',
      comment: 'Test servers and fakes never reach production code.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: `^libs/testing/|${specs}` },
      to: { path: '^libs/testing/|/src/testing/|node_modules/(vitest|fast-check)/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'src/domain/ holds pure functions: no Nest, no database, no file system, no processes, no network.',
      severity: 'error',
      from: { path: '/src/domain/', pathNot: specs },
      to: {
        path: '^(node:)?(fs|fs/promises|child_process|net|http|https|worker_threads)$|node_modules/(@nestjs|pg|bullmq|fastify)/',
      },
    },
    { name: 'no-cycles', comment: 'No cycles, at all.', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'everything-resolves',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: { path: '^(libs|apps/(api|worker|cli|keyd|agent))/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/|^apps/portal/(dist|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
