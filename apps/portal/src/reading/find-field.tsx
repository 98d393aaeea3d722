import { useEffect, useRef, useState } from 'react';
import { TextField } from '../ui/field.tsx';

const settleMs = 200;

/** A box that narrows a list while one types. The address follows once the typing rests, so that what is found can be linked. */
export function FindField({
  label,
  value,
  onFind,
}: {
  label: string;
  value: string | undefined;
  onFind: (text: string | undefined) => void;
}) {
  const [typed, setTyped] = useState(value ?? '');
  const latest = useRef(onFind);
  latest.current = onFind;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  // The address leads: going back or taking a filter off shows here.
  useEffect(() => setTyped((text) => (text.trim() === (value ?? '') ? text : (value ?? ''))), [value]);
  const type = (text: string) => {
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(text.trim() || undefined), settleMs);
  };
  return <TextField label={label} hideLabel type="search" placeholder={label} maxLength={100} value={typed} onChange={type} />;
}
