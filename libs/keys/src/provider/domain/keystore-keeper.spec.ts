import { expect, it } from 'vitest';
import { judgeKeeper } from './keystore-keeper.ts';

it('believes the socket, and takes the name from the keystore where both agree', () => {
  expect(judgeKeeper({ uid: 995, name: 'holdfast-keyd' }, 995, 1000)).toEqual({ account: 'holdfast-keyd', isSeparate: true });
  expect(judgeKeeper({ uid: 1000, name: 'alice' }, 1000, 1000)).toEqual({ account: 'alice', isSeparate: false });
  expect(judgeKeeper({ uid: 995, name: 'holdfast-keyd' }, 1000, 1000)).toEqual({ account: 'uid 1000', isSeparate: false });
});

it('says nothing of a keystore whose socket it cannot look at', () => {
  expect(judgeKeeper({ uid: 995, name: 'holdfast-keyd' }, undefined, 1000)).toBeNull();
});
