/** What nginx says of itself: connections that are open now, and what it has counted since it started. */
export interface NginxFigures {
  connections: Record<'active' | 'reading' | 'writing' | 'waiting', number>;
  counters: Record<'accepted' | 'handled' | 'requests', number>;
}

const shape =
  /^Active connections:\s*(\d+)\s+server accepts handled requests\s+(\d+)\s+(\d+)\s+(\d+)\s+Reading:\s*(\d+)\s+Writing:\s*(\d+)\s+Waiting:\s*(\d+)\s*$/;

/** Reads the page of ngx_http_stub_status_module, which counts whoever asks for it; undefined where it is none. */
export function parseNginxFigures(text: string): NginxFigures | undefined {
  const found = shape.exec(text)?.slice(1).map(Number);
  if (!found) return undefined;
  const [active, accepted, handled, requests, reading, writing, waiting] = found as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return { connections: { active, reading, writing, waiting }, counters: { accepted, handled, requests } };
}
