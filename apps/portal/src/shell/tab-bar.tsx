import { Link } from '@tanstack/react-router';
import { Menu as MenuIcon } from 'lucide-react';
import { useState } from 'react';
import { useCan } from '../session/session.ts';
import { Drawer } from '../ui/dialog.tsx';
import { placesFor } from './places.ts';
import styles from './shell.module.css';

/** On phones: the four places of every day at the bottom, the rest behind More. */
export function TabBar() {
  const places = placesFor(useCan());
  const [more, setMore] = useState(false);
  const first = places.slice(0, 4);
  const rest = places.slice(4);
  return (
    <nav className={styles.tabbar} aria-label="Main">
      {first.map((place) => (
        <Link
          key={place.to}
          to={place.to}
          className={styles.tabEntry}
          activeOptions={{ exact: place.to === '/', includeSearch: false }}
        >
          <place.icon aria-hidden />
          {place.title}
        </Link>
      ))}
      {rest.length > 0 && (
        <button type="button" className={styles.tabEntry} aria-haspopup="dialog" onClick={() => setMore(true)}>
          <MenuIcon aria-hidden />
          More
        </button>
      )}
      <Drawer title="Appliance" open={more} onClose={() => setMore(false)} width={300}>
        <div className={styles.moreList}>
          {rest.map((place) => (
            <Link key={place.to} to={place.to} className={styles.entry} onClick={() => setMore(false)}>
              <place.icon aria-hidden />
              {place.title}
            </Link>
          ))}
        </div>
      </Drawer>
    </nav>
  );
}
