import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { asProblem } from './api/problem.ts';
import { assetQuery, assetTextQuery, sessionQuery, setupStateQuery } from './api/queries.ts';
import { readAssetAddress } from './asset/asset-address.ts';
import { readBoxAddress } from './box/box-address.ts';
import { readConfigurationAddress } from './configuration/configuration-address.ts';
import { readErasuresAddress } from './erasures/erasures-address.ts';
import { readGpuAddress } from './gpu/gpu-address.ts';
import { readHistoryAddress } from './history/history-address.ts';
import { parseAddress, writeAddress } from './lib/address-text.ts';
import { compact, readText } from './lib/query-text.ts';
import { readLibraryAddress } from './library/library-address.ts';
import { readMemoryAddress } from './memory/memory-address.ts';
import { readPastAddress } from './past/past-address.ts';
import { readSearchAddress } from './search/search-address.ts';
import { readServicesAddress } from './services/services-address.ts';
import { PageFailure, WholeFailure } from './shell/page-failure.tsx';
import { PageMissing } from './shell/page-missing.tsx';
import { PagePending } from './shell/page-pending.tsx';
import { Shell } from './shell/shell.tsx';
import { readStorageAddress } from './storage/storage-address.ts';
import { Toasts } from './ui/toasts.tsx';

interface RouterContext {
  queries: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({
  component: () => (
    <>
      <Outlet />
      <Toasts />
    </>
  ),
  notFoundComponent: PageMissing,
  errorComponent: WholeFailure,
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./session/setup-page.tsx'), 'SetupPage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (raw: Record<string, unknown>): { next?: string | undefined } =>
    compact({ next: readText(raw, 'next', 2000) }),
  component: lazyRouteComponent(() => import('./session/sign-in-page.tsx'), 'SignInPage'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queries.ensureQueryData(sessionQuery);
    } catch (thrown) {
      if (asProblem(thrown).status !== 401) throw thrown;
      const { needed } = await context.queries.fetchQuery(setupStateQuery);
      if (needed) throw redirect({ to: '/setup' });
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
    }
  },
  component: Shell,
  errorComponent: WholeFailure,
});

const library = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: readLibraryAddress,
  component: lazyRouteComponent(() => import('./library/library-page.tsx'), 'LibraryPage'),
});

const asset = createRoute({
  getParentRoute: () => shell,
  path: '/assets/$assetId',
  validateSearch: readAssetAddress,
  loader: ({ context, params }) => {
    void context.queries.prefetchQuery(assetQuery(params.assetId));
    void context.queries.prefetchQuery(assetTextQuery(params.assetId));
  },
  component: lazyRouteComponent(() => import('./asset/asset-page.tsx'), 'AssetPage'),
});

const search = createRoute({
  getParentRoute: () => shell,
  path: '/search',
  validateSearch: readSearchAddress,
  component: lazyRouteComponent(() => import('./search/search-page.tsx'), 'SearchPage'),
});

const collections = createRoute({
  getParentRoute: () => shell,
  path: '/collections',
  component: lazyRouteComponent(() => import('./collections/collections-page.tsx'), 'CollectionsPage'),
});

const collection = createRoute({
  getParentRoute: () => shell,
  path: '/collections/$collectionId',
  validateSearch: readLibraryAddress,
  component: lazyRouteComponent(() => import('./collections/collection-page.tsx'), 'CollectionPage'),
});

const tags = createRoute({
  getParentRoute: () => shell,
  path: '/tags',
  component: lazyRouteComponent(() => import('./tags/tags-page.tsx'), 'TagsPage'),
});

const jobs = createRoute({
  getParentRoute: () => shell,
  path: '/jobs',
  component: lazyRouteComponent(() => import('./jobs/jobs-page.tsx'), 'JobsPage'),
});

const box = createRoute({
  getParentRoute: () => shell,
  path: '/box',
  validateSearch: readBoxAddress,
  component: lazyRouteComponent(() => import('./box/box-page.tsx'), 'BoxPage'),
});

const boxMemory = createRoute({
  getParentRoute: () => shell,
  path: '/box/memory',
  validateSearch: readMemoryAddress,
  component: lazyRouteComponent(() => import('./memory/memory-page.tsx'), 'MemoryPage'),
});

const boxGpu = createRoute({
  getParentRoute: () => shell,
  path: '/box/gpu',
  validateSearch: readGpuAddress,
  component: lazyRouteComponent(() => import('./gpu/gpu-page.tsx'), 'GpuPage'),
});

const boxServices = createRoute({
  getParentRoute: () => shell,
  path: '/box/services',
  validateSearch: readServicesAddress,
  component: lazyRouteComponent(() => import('./services/services-page.tsx'), 'ServicesPage'),
});

const boxHardware = createRoute({
  getParentRoute: () => shell,
  path: '/box/hardware',
  component: lazyRouteComponent(() => import('./hardware/hardware-page.tsx'), 'HardwarePage'),
});

const boxPast = createRoute({
  getParentRoute: () => shell,
  path: '/box/past',
  validateSearch: readPastAddress,
  component: lazyRouteComponent(() => import('./past/past-page.tsx'), 'PastPage'),
});

const boxHistory = createRoute({
  getParentRoute: () => shell,
  path: '/box/history',
  validateSearch: readHistoryAddress,
  component: lazyRouteComponent(() => import('./history/box-history-page.tsx'), 'BoxHistoryPage'),
});

const storage = createRoute({
  getParentRoute: () => shell,
  path: '/storage',
  validateSearch: readStorageAddress,
  component: lazyRouteComponent(() => import('./storage/storage-page.tsx'), 'StoragePage'),
});

const system = createRoute({
  getParentRoute: () => shell,
  path: '/system',
  component: lazyRouteComponent(() => import('./system/system-page.tsx'), 'SystemPage'),
});

const people = createRoute({
  getParentRoute: () => shell,
  path: '/people',
  component: lazyRouteComponent(() => import('./people/people-page.tsx'), 'PeoplePage'),
});

const retention = createRoute({
  getParentRoute: () => shell,
  path: '/retention',
  component: lazyRouteComponent(() => import('./retention/retention-page.tsx'), 'RetentionPage'),
});

const erasures = createRoute({
  getParentRoute: () => shell,
  path: '/erasures',
  validateSearch: readErasuresAddress,
  component: lazyRouteComponent(() => import('./erasures/erasures-page.tsx'), 'ErasuresPage'),
});

const configuration = createRoute({
  getParentRoute: () => shell,
  path: '/settings/configuration',
  validateSearch: readConfigurationAddress,
  component: lazyRouteComponent(() => import('./configuration/configuration-page.tsx'), 'ConfigurationPage'),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  validateSearch: (raw: Record<string, unknown>): { action?: string | undefined } =>
    compact({ action: readText(raw, 'action', 100) }),
  component: lazyRouteComponent(() => import('./audit/audit-page.tsx'), 'AuditPage'),
});

const routeTree = root.addChildren([
  setup,
  signIn,
  shell.addChildren([
    library,
    asset,
    search,
    collections,
    collection,
    tags,
    jobs,
    box,
    boxMemory,
    boxGpu,
    boxServices,
    boxHardware,
    boxPast,
    boxHistory,
    storage,
    system,
    people,
    retention,
    erasures,
    configuration,
    audit,
  ]),
]);

/** The map from addresses to pages. Each page is a file of its own that loads when it is first needed. */
export function createPortalRouter(queries: QueryClient) {
  return createRouter({
    routeTree,
    context: { queries },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 200,
    defaultPendingComponent: PagePending,
    defaultErrorComponent: PageFailure,
    parseSearch: parseAddress,
    stringifySearch: writeAddress,
    scrollRestoration: false,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPortalRouter>;
  }
}
