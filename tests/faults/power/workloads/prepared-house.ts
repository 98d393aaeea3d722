import { chownSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { migrate, SystemDatabase } from '#database';
import { firstTier } from '#manifest';
import { chooseServerUser, ensureProductDatabase } from '#supervisor';
import { addOrganisation } from '../../../../libs/testing/src/organisations.ts';
import { makeFaultFolder } from '../../block/fault-folder.ts';
import { runProgram } from '../../block/run-program.ts';
import { startServices } from './device-house.ts';
import { applianceOn, type Place, startPostgres } from './house-servers.ts';

const organisationFile = 'organisation.json';
let model: Promise<Place> | undefined;

/** Lays a database with an organisation to work for on devices. It is made once in the life of a process, and copied from then on. */
export async function prepareHouse(place: Place): Promise<void> {
  model ??= makeModel();
  const { folders, scratch } = await model;
  const appliance = applianceOn(place);
  mkdirSync(firstTier(appliance).path, { recursive: true });
  own(appliance.socketFolder);
  await runProgram('cp', '--archive', applianceOn({ folders, scratch }).home, dirname(appliance.home));
  cpSync(join(scratch, organisationFile), join(place.scratch, organisationFile));
}

async function makeModel(): Promise<Place> {
  const room = await makeFaultFolder();
  process.once('exit', () => rmSync(room, { recursive: true, force: true }));
  const place = { folders: [room], scratch: join(room, 'scratch') };
  const appliance = applianceOn(place);
  mkdirSync(appliance.home);
  for (const path of [appliance.home, appliance.socketFolder]) own(path);
  const postgres = await startPostgres(appliance, place.scratch, 'work');
  await ensureProductDatabase(appliance.socketFolder, appliance.databaseName);
  await migrate({ socketFolder: appliance.socketFolder, database: appliance.databaseName, user: 'hf_owner' });
  const services = await startServices(appliance, []);
  const organisation = await addOrganisation(services.get(SystemDatabase));
  writeFileSync(join(place.scratch, organisationFile), JSON.stringify(organisation));
  await services.close();
  await postgres.stop();
  return place;
}

/** Gives a folder to the account that servers run as. */
function own(folder: string): void {
  const user = chooseServerUser();
  if (user) chownSync(folder, user.uid, user.gid);
}
