import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { Camera, Clock, File, type LucideIcon, MapPin, Search, Tag } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { suggestionsQuery } from '../api/queries.ts';
import { useDebounced } from '../lib/use-debounced.ts';
import type { SearchAddress } from '../search/search-address.ts';
import { Kbd } from '../ui/marks.tsx';
import styles from './search-box.module.css';

const icons: Record<string, LucideIcon> = { history: Clock, tag: Tag, name: File, camera: Camera, place: MapPin };
const typingPauseMs = 140;

/** The one search box. On the search page results follow the typing; elsewhere Enter leads there. */
export function SearchBox({ onPalette }: { onPalette: () => void }) {
  const navigate = useNavigate();
  const location = useRouterState({ select: (state) => state.location });
  const onSearchPage = location.pathname === '/search';
  const asked = onSearchPage ? ((location.search as SearchAddress).q ?? '') : '';
  const [text, setText] = useState(asked);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();

  // The address leads: going back or choosing a saved search shows its words here.
  useEffect(() => {
    if (document.activeElement !== input.current) setText(asked);
  }, [asked]);

  const settled = useDebounced(text, typingPauseMs);
  const { data } = useQuery({ ...suggestionsQuery(settled.trim()), enabled: open, placeholderData: keepPreviousData });
  const suggestions = open ? (data?.items ?? []).slice(0, 8) : [];

  const search = (words: string, replace = false) => {
    const keep = onSearchPage ? (location.search as SearchAddress) : {};
    void navigate({ to: '/search', search: { ...keep, q: words.trim() || undefined }, replace });
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed may move the address
  useEffect(() => {
    if (onSearchPage && document.activeElement === input.current && settled.trim() !== asked) search(settled, true);
  }, [settled]);

  const submit = (words: string) => {
    setText(words);
    setOpen(false);
    setActive(-1);
    search(words);
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((current) =>
        suggestions.length === 0
          ? -1
          : (current + step + suggestions.length + (current < 0 && step < 0 ? 1 : 0)) % suggestions.length,
      );
    } else if (event.key === 'Escape') {
      if (open && suggestions.length > 0) setOpen(false);
      else input.current?.blur();
    }
  };

  return (
    <form
      className={styles.form}
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        submit(suggestions[active]?.text ?? text);
      }}
    >
      <div className={styles.box}>
        <Search size={16} aria-hidden />
        <input
          ref={input}
          data-search-box
          className={styles.input}
          type="search"
          role="combobox"
          aria-label="Search the library"
          aria-expanded={suggestions.length > 0}
          aria-controls={listId}
          aria-activedescendant={active >= 0 ? `${listId}-${active}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="search"
          maxLength={500}
          placeholder="Search what it shows, says or reads"
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setOpen(true);
            setActive(-1);
          }}
          onFocus={() => setOpen(!onSearchPage)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        <button type="button" className={styles.palette} aria-label="Command palette, Ctrl K" onClick={onPalette}>
          <Kbd>Ctrl</Kbd> <Kbd>K</Kbd>
        </button>
      </div>
      <div id={listId} role="listbox" aria-label="Suggestions" className={styles.list} hidden={suggestions.length === 0}>
        {suggestions.map((suggestion, index) => {
          const Icon = icons[suggestion.kind] ?? Search;
          return (
            <div
              key={`${suggestion.kind}:${suggestion.text}`}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === active}
              className={styles.option}
              onMouseEnter={() => setActive(index)}
              onMouseDown={(event) => {
                event.preventDefault();
                submit(suggestion.text);
              }}
            >
              <Icon size={15} aria-hidden />
              <span>{suggestion.text}</span>
              <span className={styles.kind}>{suggestion.kind}</span>
            </div>
          );
        })}
      </div>
    </form>
  );
}
