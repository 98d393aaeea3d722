import { applianceRoutes } from './answers-appliance.ts';
import { assetRoutes } from './answers-assets.ts';
import { configRoutes } from './answers-config.ts';
import { coreRoutes } from './answers-cores.ts';
import { erasureRoutes } from './answers-erasures.ts';
import { hardwareRoutes } from './answers-hardware.ts';
import { keyRoutes } from './answers-keys.ts';
import { organiseRoutes } from './answers-organise.ts';
import { peopleRoutes } from './answers-people.ts';
import { reconcileRoutes } from './answers-reconcile.ts';
import { retentionRoutes } from './answers-retention.ts';
import { searchRoutes } from './answers-search.ts';
import { serviceRoutes } from './answers-services.ts';
import { storageRoutes } from './answers-storage.ts';
import { type Call, MockProblem, type Result } from './call.ts';

const routes = [
  ...peopleRoutes,
  ...assetRoutes,
  ...organiseRoutes,
  ...hardwareRoutes,
  ...searchRoutes,
  ...applianceRoutes,
  ...storageRoutes,
  ...coreRoutes,
  ...reconcileRoutes,
  ...configRoutes,
  ...serviceRoutes,
  ...retentionRoutes,
  ...keyRoutes,
  ...erasureRoutes,
];

/** Answers one call of the API. Throws a MockProblem for what it refuses or does not know. */
export async function answer(call: Call): Promise<Result> {
  if (call.cookies.mock === 'none' && !/^\/(setup|session)$/.test(call.path)) throw signedOut();
  if (call.cookies.mock === 'none' && call.path === '/session' && call.method !== 'POST') throw signedOut();
  for (const [method, pattern, handler] of routes) {
    const match = method === call.method ? pattern.exec(call.path) : null;
    if (match) return handler(call, ...match.slice(1));
  }
  throw new MockProblem(404, 'ROUTE_NOT_FOUND', `The mock has no ${call.method} ${call.path}.`);
}

function signedOut(): MockProblem {
  return new MockProblem(401, 'IDENTITY_NOT_SIGNED_IN', 'Nobody is signed in.', 'Sign in.');
}
