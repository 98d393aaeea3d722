import './design/tokens.css';
import './design/base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { bindLive } from './api/live-cache.ts';
import { createQueryClient } from './api/query-client.ts';
import { prime } from './prime.ts';
import { createPortalRouter } from './router.tsx';
import { watchSession } from './session/watch-session.ts';
import { registerServiceWorker } from './shell/service-worker.ts';

const queries = createQueryClient();
const router = createPortalRouter(queries);
bindLive(queries);
watchSession(queries, router);
registerServiceWorker();
prime(queries, router);

const place = document.getElementById('portal');
if (!place) throw new Error('The page has no element with the id "portal" to put the portal into.');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
