import { useQueryClient } from '@tanstack/react-query';

/** Has everything read again that says what is held. */
export function useStaleHolds(): () => void {
  const queries = useQueryClient();
  return () => {
    for (const key of ['holds', 'retention', 'asset']) void queries.invalidateQueries({ queryKey: [key] });
  };
}
