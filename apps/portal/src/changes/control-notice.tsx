import { Notice } from '../ui/states.tsx';
import type { Control } from './use-control.ts';

/** Says where the machine cannot be changed, why, and how that can be had. Nothing where it can. */
export function ControlNotice({ control: { unavailable } }: { control: Control }) {
  if (unavailable === undefined) return null;
  return (
    <Notice>
      Host control unavailable: {unavailable.replace(/\.$/, '')}. Plans can be tried meanwhile. Changing the machine is the work
      of the host agent, which is part of an installed box.
    </Notice>
  );
}
