import { readFileSync, writeFileSync } from 'node:fs';
import { EmbeddedKeyProvider } from '../../../libs/keys/src/provider/embedded-key-provider.ts';
import { KeystoreControl } from '../../../libs/keys/src/provider/keystore-control.ts';

// Asks the keystore of the machine how it is, and prints that as a line: ask.ts [shares|unseal]

const folder = '/run/holdfast-keyd';
const kept = '/out/shares';
const provider = new EmbeddedKeyProvider(`${folder}/keyd.sock`);
const control = new KeystoreControl(`${folder}/operator.sock`);
if (process.argv[2] === 'shares') writeFileSync(kept, (await control.makeShares()).join('\n'));
if (process.argv[2] === 'unseal') await control.unsealWithShares(readFileSync(kept, 'utf8').split('\n').slice(1, 4));
const { state, reason, detail } = await provider.health();
if (state === 'READY') await provider.ensureKey('hf-organisation');
console.log(JSON.stringify({ state, reason, boundTo: detail.boundTo, keeper: detail.keeper }));
control.close();
provider.close();
