import { keyProviderContract, startTestKeystore } from '#testing';

keyProviderContract('The embedded keystore', startTestKeystore);
