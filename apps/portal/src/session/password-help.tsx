import styles from './gate.module.css';

/** The least length the appliance takes; length is what counts. */
export const leastPasswordLength = 12;

/** How far a password is: four steps, the first two below what is taken. */
export function passwordSteps(password: string): number {
  if (password.length === 0) return 0;
  if (password.length < leastPasswordLength) return 1;
  const kinds = new Set(password).size;
  if (kinds < 6) return 2;
  return password.length >= 18 ? 4 : 3;
}

const words = [
  'At least 12 characters; a few words are best.',
  'Too short yet.',
  'Long enough, but very repetitive.',
  'Good.',
  'Very good.',
];

/** Says how good a new password is while it is typed. */
export function PasswordHelp({ password }: { password: string }) {
  const steps = passwordSteps(password);
  const missing = leastPasswordLength - password.length;
  return (
    <>
      <div className={styles.strength} aria-hidden>
        {[1, 2, 3, 4].map((step) => (
          <i key={step} data-on={step <= steps ? (steps < 3 ? 'weak' : '') : undefined} />
        ))}
      </div>
      {steps === 1 ? `${missing} more ${missing === 1 ? 'character' : 'characters'} to go.` : words[steps]}
    </>
  );
}
