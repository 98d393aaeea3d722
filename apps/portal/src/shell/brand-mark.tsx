/** The mark of Holdfast: two posts held by one bolt. */
export function BrandMark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <rect x="3.25" y="2.5" width="4" height="19" rx="2" fill="currentColor" />
      <rect x="16.75" y="2.5" width="4" height="19" rx="2" fill="currentColor" />
      <rect x="6" y="11" width="12" height="2" fill="currentColor" />
      <circle cx="12" cy="12" r="4.25" fill="var(--accent)" stroke="var(--desk)" strokeWidth="1.5" />
    </svg>
  );
}
