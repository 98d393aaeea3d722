import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { signInNeeded } from '#identity';
import { findContext, HoldfastError, ROUTE_METADATA, type RouteContract } from '#kernel';
import { accessDenied } from './require-access.ts';

/** The one global guard. Denies by default: a handler without a declared operation is a bug, not an open door. */
@Injectable()
export class AccessGuard implements CanActivate {
  canActivate(execution: ExecutionContext): boolean {
    const contract = Reflect.getMetadata(ROUTE_METADATA, execution.getHandler()) as RouteContract | undefined;
    if (!contract)
      throw new HoldfastError('ROUTE_UNDECLARED', {
        kind: 'bug',
        message: `${execution.getClass().name}.${execution.getHandler().name} declares no operation.`,
      });
    if (contract.access === 'public') return true;
    const context = findContext();
    if (!context) throw signInNeeded();
    if (contract.access === 'signed-in' || context.permissions.has(contract.access)) return true;
    throw accessDenied(contract.access);
  }
}
