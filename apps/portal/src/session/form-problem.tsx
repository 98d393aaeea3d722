import { asProblem } from '../api/problem.ts';
import { CorrelationId, Notice } from '../ui/states.tsx';

/** Why a form was not taken, above its button. */
export function FormProblem({ error }: { error: unknown }) {
  if (!error) return null;
  const problem = asProblem(error);
  return (
    <Notice tone="bad">
      {problem.message} {problem.action}
      {problem.requestId && problem.status >= 500 && <CorrelationId id={problem.requestId} />}
    </Notice>
  );
}
