import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { CloudOff } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import { useLiveState, useOnline } from '../lib/online.ts';
import { setPreferences, usePreferences } from '../lib/preferences.ts';
import { isTyping, useShortcuts } from '../lib/shortcuts.ts';
import { useCan, useSession } from '../session/session.ts';
import { classNames } from '../ui/class-names.ts';
import { BrandMark } from './brand-mark.tsx';
import { DropCatcher } from './drop-catcher.tsx';
import { KeysBanner } from './keys-banner.tsx';
import { placesFor } from './places.ts';
import { Rail, useRailFolded } from './rail.tsx';
import { SearchBox } from './search-box.tsx';
import styles from './shell.module.css';
import { UploadDock } from './upload-dock.tsx';

// Menus and dialogs are not part of the first paint; each has its place kept until it is there.
const ActivityButton = lazy(async () => ({ default: (await import('./activity-button.tsx')).ActivityButton }));
const PersonMenu = lazy(async () => ({ default: (await import('./person-menu.tsx')).PersonMenu }));
const TabBar = lazy(async () => ({ default: (await import('./tab-bar.tsx')).TabBar }));
const ChangeBanner = lazy(async () => ({ default: (await import('../changes/change-banner.tsx')).ChangeBanner }));
const Palette = lazy(() => import('./palette.tsx'));

/** What stands around every page: rail, bar, the way to search and to every action, and what is going on. */
export function Shell() {
  const { organisation } = useSession();
  const may = useCan();
  const { folded } = useRailFolded();
  const [palette, setPalette] = useState(false);
  useGlobalKeys(() => setPalette(true));
  return (
    <div className={classNames(styles.shell, folded && styles.folded)}>
      <a href="#main" className={styles.skip}>
        Skip to the page
      </a>
      <Rail />
      <header className={styles.bar}>
        <Link to="/" className={styles.barBrand} aria-label="Holdfast, to the library">
          <BrandMark />
        </Link>
        <SearchBox onPalette={() => setPalette(true)} />
        <span className={styles.organisation} title={organisation.name}>
          {organisation.name}
        </span>
        <Suspense fallback={<span className={styles.activityPlace} />}>
          <ActivityButton />
        </Suspense>
        <Suspense fallback={<span className={styles.personButton} />}>
          <PersonMenu />
        </Suspense>
      </header>
      <div className={styles.banners}>
        <KeysBanner />
        {may('box.read') && (
          <Suspense>
            <ChangeBanner />
          </Suspense>
        )}
      </div>
      <main className={styles.main} id="main" tabIndex={-1}>
        <ConnectionBanner />
        <Outlet />
      </main>
      <Suspense fallback={<nav className={styles.tabbar} aria-label="Main" />}>
        <TabBar />
      </Suspense>
      <UploadDock />
      <DropCatcher />
      {palette && (
        <Suspense>
          <Palette onClose={() => setPalette(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** Keys that work everywhere: / to search, Ctrl K for the palette, [ for the rail, G and a letter to go somewhere. */
function useGlobalKeys(openPalette: () => void): void {
  const navigate = useNavigate();
  const places = placesFor(useCan());
  const { railFolded } = usePreferences();
  const goPressedAt = useRef(0);
  useShortcuts((event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      openPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === '/') {
      event.preventDefault();
      document.querySelector<HTMLInputElement>('[data-search-box]')?.focus();
    } else if (event.key === '[') setPreferences({ railFolded: !railFolded });
    else if (event.key === 'g') goPressedAt.current = event.timeStamp;
    else if (event.timeStamp - goPressedAt.current < 1200) {
      const place = places.find((candidate) => candidate.key === event.key);
      goPressedAt.current = 0;
      if (place) void navigate({ to: place.to });
    }
  });
}

/** Says what still works while the network or the live connection is away. */
function ConnectionBanner() {
  const online = useOnline();
  const live = useLiveState();
  if (online && live !== 'lost') return null;
  return (
    <div className={styles.offline}>
      <div role="status">
        <CloudOff size={14} aria-hidden />
        {online
          ? 'The appliance is out of reach. What is loaded stays readable; uploads wait and go on by themselves.'
          : 'You are offline. What is loaded stays readable; uploads wait and go on by themselves.'}
      </div>
    </div>
  );
}
