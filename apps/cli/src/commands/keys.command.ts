import { keyCommands } from '../keys/key-commands.ts';
import { keystoreCommands } from '../keys/keystore-commands.ts';

export const commands = [...keystoreCommands, ...keyCommands];
