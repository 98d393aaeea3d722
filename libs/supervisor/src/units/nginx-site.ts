import type { Appliance } from '#manifest';

/** Where the certificate and its key lie; holdfast-first-start.service makes them where nobody has put any. */
export const certificateFiles = { certificate: '/etc/ssl/holdfast/server.crt', key: '/etc/ssl/holdfast/server.key' } as const;
/** Where nginx tells its own figures, to programs on this machine alone. */
export const nginxStatusPath = '/metrics/nginx';

/** Lines of the site that stands before the api: TLS 1.3 alone, uploads and originals streamed, and nothing of the machine's own endpoints. */
export function renderNginxSite({ services, listen }: Appliance): string[] {
  const { port, plainPort } = services.nginx;
  const api = `http://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${listen.port}`;
  return [...(plainPort === null ? [] : plainSite(plainPort, port)), ...secureSite(port, api)];
}

function plainSite(plainPort: number, port: number): string[] {
  return [
    'server {',
    `    listen ${plainPort} default_server;`,
    `    listen [::]:${plainPort} default_server;`,
    '    server_tokens off;',
    `    return 308 https://$host${port === 443 ? '' : `:${port}`}$request_uri;`,
    '}',
  ];
}

function secureSite(port: number, api: string): string[] {
  return [
    'server {',
    `    listen ${port} ssl default_server;`,
    `    listen [::]:${port} ssl default_server;`,
    `    ssl_certificate ${certificateFiles.certificate};`,
    `    ssl_certificate_key ${certificateFiles.key};`,
    '    ssl_protocols TLSv1.3;',
    '    ssl_session_tickets off;',
    '    server_tokens off;',
    '    access_log off;',
    '    # The api limits what it takes in; bytes go through as they come.',
    '    client_max_body_size 0;',
    '    proxy_request_buffering off;',
    '    proxy_buffering off;',
    '    proxy_http_version 1.1;',
    '    proxy_read_timeout 1h;',
    '    proxy_send_timeout 1h;',
    '    proxy_set_header Host $http_host;',
    '    # Set, never added to: what a browser claims about itself is not passed on.',
    '    proxy_set_header X-Forwarded-For $remote_addr;',
    '    proxy_set_header X-Forwarded-Proto https;',
    '    proxy_set_header Connection "";',
    '    add_header Strict-Transport-Security "max-age=31536000" always;',
    '    # For programs on the machine only.',
    '    location /metrics { return 404; }',
    // Here, and not on a port or socket of its own: a taken port, or a socket that a killed nginx left, would keep the whole site from starting.
    `    location = ${nginxStatusPath} { stub_status; allow 127.0.0.1; allow ::1; deny all; }`,
    '    location = /api/v1/events {',
    `        proxy_pass ${api};`,
    '        proxy_set_header Host $http_host;',
    '        proxy_set_header X-Forwarded-For $remote_addr;',
    '        proxy_set_header X-Forwarded-Proto https;',
    '        proxy_set_header Upgrade $http_upgrade;',
    '        proxy_set_header Connection upgrade;',
    '    }',
    `    location / { proxy_pass ${api}; }`,
    '}',
  ];
}
