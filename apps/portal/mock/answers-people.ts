import { type Handler, MockProblem, type Result, type Routes } from './call.ts';
import { idOf } from './random.ts';
import { sessionOf } from './session.ts';

const putAccount: Handler = ({ body }, id = '') => ({
  body: { id, email: 'viewer@observatory.example', displayName: 'Lin Meyer', role: 'viewer', disabled: false, ...body },
});

/** Setting up, signing in, accounts. */
export const peopleRoutes: Routes = [
  ['GET', /^\/setup$/, ({ cookies }) => ({ body: { needed: cookies['mock-setup'] === 'needed' } })],
  [
    'POST',
    /^\/setup$/,
    () => ({ status: 201, headers: { 'set-cookie': 'mock-setup=done; Path=/' }, body: sessionOf('admin') }),
  ],
  [
    'POST',
    /^\/session$/,
    ({ body }) => {
      if (body.password === 'wrong')
        throw new MockProblem(
          401,
          'IDENTITY_SIGN_IN_REFUSED',
          'E-mail and password do not belong together.',
          'Check both; after a few failures each try waits longer.',
        );
      const role = String(body.email).split('@')[0] ?? 'admin';
      return { status: 201, headers: { 'set-cookie': `mock=${role}; Path=/` }, body: sessionOf(role) };
    },
  ],
  ['DELETE', /^\/session$/, () => ({ headers: { 'set-cookie': 'mock=none; Path=/' } })],
  ['PUT', /^\/session\/password$/, () => ({})],
  ['GET', /^\/session$/, ({ cookies }) => ({ body: sessionOf(cookies.mock ?? 'admin') })],
  [
    'GET',
    /^\/accounts$/,
    () => ({
      body: {
        items: [
          { id: idOf(6, 1), email: 'admin@observatory.example', displayName: 'Ada Rossi', role: 'admin', disabled: false },
          { id: idOf(6, 2), email: 'viewer@observatory.example', displayName: 'Lin Meyer', role: 'viewer', disabled: false },
          { id: idOf(6, 3), email: 'former@observatory.example', displayName: 'Kim Okafor', role: 'operator', disabled: true },
        ],
      },
    }),
  ],
  ['POST', /^\/accounts$/, (call) => ({ ...(putAccount(call, idOf(6, 9)) as Result), status: 201 })],
  ['PATCH', /^\/accounts\/([^/]+)$/, putAccount],
];
