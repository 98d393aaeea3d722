import { Link } from '@tanstack/react-router';
import { PanelLeftClose, PanelLeftOpen } from 'lucide-react';
import { setPreferences, usePreferences } from '../lib/preferences.ts';
import { useMedia } from '../lib/use-media.ts';
import { useCan } from '../session/session.ts';
import { IconButton } from '../ui/button.tsx';
import { HintOn } from '../ui/hint.tsx';
import { BrandMark } from './brand-mark.tsx';
import { type Place, placesFor } from './places.ts';
import styles from './shell.module.css';

/** Whether the rail is folded: by choice, or because the window has no room for words. */
export function useRailFolded(): { folded: boolean; forced: boolean } {
  const { railFolded } = usePreferences();
  const forced = useMedia('(max-width: 1100px)');
  return { folded: railFolded || forced, forced };
}

/** The left rail: every place the person may go to, as words or, folded, as icons. */
export function Rail() {
  const places = placesFor(useCan());
  const { folded: railFolded, forced } = useRailFolded();
  const appliance = places.filter((place) => place.group === 'appliance');
  return (
    <nav className={styles.rail} aria-label="Main">
      <Link to="/" className={styles.brand} aria-label="Holdfast, to the library">
        <BrandMark />
        <span className={styles.words}>Holdfast</span>
      </Link>
      <div className={styles.group}>
        {places
          .filter((place) => place.group === 'people')
          .map((place) => (
            <RailEntry key={place.to} place={place} folded={railFolded} />
          ))}
      </div>
      {appliance.length > 0 && (
        <div className={styles.group}>
          <div className={styles.groupTitle}>Appliance</div>
          {appliance.map((place) => (
            <RailEntry key={place.to} place={place} folded={railFolded} />
          ))}
        </div>
      )}
      <div className={styles.railFoot}>
        {!forced && (
          <IconButton
            label={railFolded ? 'Unfold the rail' : 'Fold the rail'}
            keys="["
            icon={railFolded ? PanelLeftOpen : PanelLeftClose}
            hintPlacement="right"
            onPress={() => setPreferences({ railFolded: !railFolded })}
          />
        )}
      </div>
    </nav>
  );
}

function RailEntry({ place, folded }: { place: Place; folded: boolean }) {
  const link = (
    <Link
      to={place.to}
      className={styles.entry}
      activeOptions={{ exact: place.to === '/', includeSearch: false }}
      aria-label={folded ? place.title : undefined}
    >
      <place.icon aria-hidden />
      <span className={styles.words}>{place.title}</span>
    </Link>
  );
  return folded ? (
    <HintOn text={place.title} placement="right">
      {link as never}
    </HintOn>
  ) : (
    link
  );
}
