import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { CloudUpload, Cpu, Layers, type LucideIcon, Monitor, Moon, PanelLeft, Search, Sun, Trash2 } from 'lucide-react';
import { useId, useMemo, useState } from 'react';
import { collectionsQuery } from '../api/queries.ts';
import { boxParts } from '../box/box-parts.ts';
import { setPreferences, usePreferences } from '../lib/preferences.ts';
import { useCan } from '../session/session.ts';
import { TopSheet } from '../ui/dialog.tsx';
import { Kbd } from '../ui/marks.tsx';
import { uploads } from '../uploads/upload-store.ts';
import styles from './palette.module.css';
import { matchScore } from './palette-match.ts';
import { placesFor } from './places.ts';

interface Command {
  id: string;
  title: string;
  group: string;
  icon: LucideIcon;
  keys?: string[];
  run: () => void;
}

function useCommands(): Command[] {
  const navigate = useNavigate();
  const can = useCan();
  const { railFolded } = usePreferences();
  const { data: collections } = useQuery({ ...collectionsQuery, enabled: can('collection.read') });
  return useMemo(() => {
    const go: Command[] = placesFor(can).map((place) => ({
      id: place.to,
      title: place.title,
      group: 'Go to',
      icon: place.icon,
      keys: ['G', place.key.toUpperCase()],
      run: () => void navigate({ to: place.to }),
    }));
    const boxPlaces: Command[] = boxParts
      .filter(({ to, permission }) => to !== '/box' && can(permission))
      .map(({ to, title }) => ({
        ...{ id: to, title: `Box: ${title}`, group: 'Go to', icon: Cpu },
        run: () => void navigate({ to }),
      }));
    const act: Command[] = [
      ...(can('asset.create')
        ? [{ id: 'upload', title: 'Upload files', group: 'Do', icon: CloudUpload, run: () => uploads.setOpen(true) }]
        : []),
      ...(can('asset.delete')
        ? [
            {
              id: 'trash',
              title: 'Open the trash',
              group: 'Do',
              icon: Trash2,
              run: () => void navigate({ to: '/', search: { trash: true } }),
            },
          ]
        : []),
      {
        id: 'fold',
        title: railFolded ? 'Unfold the rail' : 'Fold the rail',
        group: 'Do',
        icon: PanelLeft,
        keys: ['['],
        run: () => setPreferences({ railFolded: !railFolded }),
      },
      { id: 'light', title: 'Light theme', group: 'Do', icon: Sun, run: () => setPreferences({ theme: 'light' }) },
      { id: 'dark', title: 'Dark theme', group: 'Do', icon: Moon, run: () => setPreferences({ theme: 'dark' }) },
      {
        id: 'system-theme',
        title: 'Theme of the system',
        group: 'Do',
        icon: Monitor,
        run: () => setPreferences({ theme: 'system' }),
      },
    ];
    const open: Command[] = (collections?.items ?? []).map((collection) => ({
      id: collection.id,
      title: collection.name,
      group: 'Collections',
      icon: Layers,
      run: () => void navigate({ to: '/collections/$collectionId', params: { collectionId: collection.id } }),
    }));
    return [...go, ...boxPlaces, ...act, ...open];
  }, [can, collections, navigate, railFolded]);
}

/** Reaches every page and action from the keyboard. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const commands = useCommands();
  const listId = useId();
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const words = typed.trim();
  const fitting = commands
    .map((command) => ({ command, score: matchScore(command.title, words) }))
    .filter(({ command, score }) => score > 0 && (words !== '' || command.group !== 'Collections'))
    .sort((a, b) => (words ? b.score - a.score : 0))
    .map(({ command }) => command);
  const found: Command[] = words
    ? [
        ...fitting.slice(0, 12),
        {
          id: 'search',
          title: `Search the library for “${words}”`,
          group: 'Search',
          icon: Search,
          run: () => void navigate({ to: '/search', search: { q: words } }),
        },
      ]
    : fitting;
  const chosen = Math.min(active, found.length - 1);
  const run = (command: Command | undefined) => {
    onClose();
    command?.run();
  };
  return (
    <TopSheet label="Command palette" open onClose={onClose}>
      <div className={styles.head}>
        <Search size={18} aria-hidden />
        <input
          // biome-ignore lint/a11y/noAutofocus: the palette opens for typing
          autoFocus
          className={styles.input}
          role="combobox"
          aria-label="Go to a page or do something"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={`${listId}-${chosen}`}
          aria-autocomplete="list"
          placeholder="Go to a page or do something"
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={(event) => {
            const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
            if (step !== 0) {
              event.preventDefault();
              const next = (chosen + step + found.length) % found.length;
              setActive(next);
              document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: 'nearest' });
            } else if (event.key === 'Enter') {
              event.preventDefault();
              run(found[chosen]);
            }
          }}
        />
        <Kbd>Esc</Kbd>
      </div>
      <div id={listId} role="listbox" aria-label="Commands" className={styles.list}>
        {found.map((command, index) => (
          <div key={command.id} role="presentation">
            {command.group !== found[index - 1]?.group && !words && (
              <div className={styles.group} role="presentation">
                {command.group}
              </div>
            )}
            <div
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              className={styles.option}
              onMouseMove={() => setActive(index)}
              onMouseDown={(event) => {
                event.preventDefault();
                run(command);
              }}
            >
              <command.icon aria-hidden />
              {command.title}
              {command.keys && (
                <span className={styles.keys}>
                  {command.keys.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </span>
              )}
            </div>
          </div>
        ))}
      </div>
    </TopSheet>
  );
}
