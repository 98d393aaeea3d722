const policy = [
  `default-src 'self'`,
  `script-src 'self' 'wasm-unsafe-eval'`,
  // Positions of virtual rows and measured sizes are style attributes.
  `style-src 'self' 'unsafe-inline'`,
  `img-src 'self' blob: data:`,
  `media-src 'self' blob:`,
  `worker-src 'self' blob:`,
  `connect-src 'self'`,
  `object-src 'none'`,
  `base-uri 'none'`,
  `form-action 'self'`,
  `frame-ancestors 'none'`,
].join('; ');

/** For pages: everything a browser should refuse. */
const pageHeaders = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
};

/** For data: it is no page, and nobody else's to keep. Handlers of immutable bytes say otherwise. */
const dataHeaders = {
  'content-security-policy': `default-src 'none'; frame-ancestors 'none'; sandbox`,
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** What every answer tells the browser to refuse. */
export function securityHeaders(url: string): Record<string, string> {
  return url.startsWith('/api/') ? dataHeaders : pageHeaders;
}
