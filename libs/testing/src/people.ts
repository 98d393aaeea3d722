import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SetupService } from '#identity';
import type { Role } from '#kernel';
import { ApiClient } from './api-client.ts';

const password = 'a password of length';

/** Sets an appliance up and answers a signed-in client for each role, all of one organisation. */
export async function signInEachRole(app: NestFastifyApplication): Promise<Record<Role, ApiClient>> {
  const admin = new ApiClient(app);
  const token = await app.get(SetupService).createLinkToken();
  const done = await admin.post('/setup', {
    token,
    organisationName: 'Museum',
    displayName: 'admin',
    email: 'admin@example.org',
    password,
  });
  if (done.status !== 201) throw new Error(`Setting up failed: ${JSON.stringify(done.body)}`);
  const others = await Promise.all((['operator', 'viewer'] as const).map((role) => addPerson(app, admin, role)));
  return { admin, operator: others[0] as ApiClient, viewer: others[1] as ApiClient };
}

async function addPerson(app: NestFastifyApplication, admin: ApiClient, role: Role): Promise<ApiClient> {
  const email = `${role}@example.org`;
  await admin.post('/accounts', { email, displayName: role, role, password });
  const client = new ApiClient(app);
  await client.post('/session', { email, password });
  return client;
}
