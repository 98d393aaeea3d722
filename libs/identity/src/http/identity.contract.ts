import { z } from 'zod';
import { defineRoute, permissions, roles } from '#kernel';

const email = z
  .email()
  .max(254)
  .transform((text) => text.toLowerCase());
const newPassword = z
  .string()
  .min(12, 'at least 12 characters')
  .max(128)
  .describe('12 to 128 characters; length is what counts.');

export const sessionAnswer = z.object({
  account: z.object({ id: z.uuid(), email: z.string(), displayName: z.string() }),
  organisation: z.object({ id: z.uuid(), name: z.string() }),
  role: z.enum(roles),
  permissions: z.array(z.enum(permissions)),
  expiresAt: z.iso.datetime(),
});

export const getSetupState = defineRoute({
  id: 'getSetupState',
  method: 'GET',
  path: '/setup',
  access: 'public',
  summary: 'Whether the appliance still waits for its first administrator',
  answer: z.object({ needed: z.boolean() }),
});

export const completeSetup = defineRoute({
  id: 'completeSetup',
  method: 'POST',
  path: '/setup',
  access: 'public',
  summary: 'Create the organisation and its first administrator with the one-time setup link, and sign in',
  body: z.strictObject({
    token: z.string().min(20).max(200),
    organisationName: z.string().trim().min(1).max(200),
    displayName: z.string().trim().min(1).max(200),
    email,
    password: newPassword,
  }),
  answer: sessionAnswer,
});

export const signIn = defineRoute({
  id: 'signIn',
  method: 'POST',
  path: '/session',
  access: 'public',
  summary: 'Sign in with e-mail and password; answers with a session cookie',
  body: z.strictObject({ email, password: z.string().min(1).max(128) }),
  answer: sessionAnswer,
});

export const getSession = defineRoute({
  id: 'getSession',
  method: 'GET',
  path: '/session',
  access: 'signed-in',
  summary: 'Who is signed in, to which organisation, with which permissions',
  answer: sessionAnswer,
});

export const signOut = defineRoute({
  id: 'signOut',
  method: 'DELETE',
  path: '/session',
  access: 'signed-in',
  summary: 'End this session',
  answer: 'none',
});

export const changePassword = defineRoute({
  id: 'changePassword',
  method: 'PUT',
  path: '/session/password',
  access: 'signed-in',
  summary: 'Change the own password; every other session of the account ends',
  body: z.strictObject({ currentPassword: z.string().min(1).max(128), newPassword }),
  answer: 'none',
});

export const accountAnswer = z.object({
  id: z.uuid(),
  email: z.string(),
  displayName: z.string(),
  role: z.enum(roles),
  disabled: z.boolean(),
});

export const listAccounts = defineRoute({
  id: 'listAccounts',
  method: 'GET',
  path: '/accounts',
  access: 'account.read',
  summary: 'The people of this organisation and their roles',
  answer: z.object({ items: z.array(accountAnswer) }),
});

export const createAccount = defineRoute({
  id: 'createAccount',
  method: 'POST',
  path: '/accounts',
  access: 'account.update',
  summary: 'Add a person to this organisation',
  body: z.strictObject({ email, displayName: z.string().trim().min(1).max(200), role: z.enum(roles), password: newPassword }),
  answer: accountAnswer,
  idempotent: true,
});

export const updateAccount = defineRoute({
  id: 'updateAccount',
  method: 'PATCH',
  path: '/accounts/:id',
  access: 'account.update',
  summary: 'Change a role, or disable or enable an account; takes effect on its next request',
  params: z.object({ id: z.uuid() }),
  body: z.strictObject({ role: z.enum(roles).optional(), disabled: z.boolean().optional() }),
  answer: accountAnswer,
});
