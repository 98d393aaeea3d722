import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { buttonClass } from '../ui/button.tsx';
import { EmptyState } from '../ui/states.tsx';

/** Shown for an address that leads nowhere. */
export function PageMissing() {
  return (
    <EmptyState
      icon={Compass}
      heading="h1"
      title="There is nothing at this address"
      actions={
        <Link to="/" className={buttonClass({ kind: 'primary' })}>
          Go to the library
        </Link>
      }
    >
      It may have been mistyped, or what was here has been removed.
    </EmptyState>
  );
}
