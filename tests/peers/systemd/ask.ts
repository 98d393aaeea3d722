import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { EmbeddedKeyProvider } from '../../../libs/keys/src/provider/embedded-key-provider.ts';
import { KeystoreControl } from '../../../libs/keys/src/provider/keystore-control.ts';

// Asks a keystore how it is, and whether it opens what was wrapped before; prints that as a line: ask.ts [wrap|shares|unseal|reseal|how] [FOLDER]

const [, , what = 'how', folder = '/run/holdfast-keyd'] = process.argv;
const name = 'hf-organisation';
const bound = Buffer.from('bound');
const [sharesFile, wrappedFile] = ['/out/shares', '/out/wrapped'];
const provider = new EmbeddedKeyProvider(`${folder}/keyd.sock`);
const control = new KeystoreControl(`${folder}/operator.sock`);
if (what === 'wrap') {
  await provider.ensureKey(name);
  writeFileSync(wrappedFile, (await provider.encrypt(name, Buffer.from('a key'), bound)).ciphertext);
}
if (what === 'shares') writeFileSync(sharesFile, (await control.makeShares()).join('\n'));
if (what === 'unseal') await control.unsealWithShares(readFileSync(sharesFile, 'utf8').split('\n').slice(1, 4));
if (what === 'reseal') await control.reseal('systemd-creds');
const { state, reason, detail } = await provider.health();
const wrapped = existsSync(wrappedFile) && state === 'READY' ? readFileSync(wrappedFile, 'utf8') : undefined;
const opens = wrapped ? (await provider.decrypt(name, wrapped, bound)).toString() === 'a key' : false;
console.log(JSON.stringify({ state, reason, seal: detail.seal, boundTo: detail.boundTo, keeper: detail.keeper, opens }));
control.close();
provider.close();
