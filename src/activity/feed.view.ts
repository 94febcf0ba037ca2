import { type Answer, page } from '../shared/html/index.js';
import { decodeUuidCursor, paging, search } from '../shared/lists/index.js';
import type { Feed } from './activities.service.js';
import type { ActivityQuery } from './activity-query.js';
import type { ActivityView } from './activity.view.js';
import { changesInWords, sentenceOf } from './in-words.js';

/** A page with a feed: its template, its path, and the kinds of objects to filter by. */
export interface FeedPage {
  readonly template: string;
  readonly path: string;
  readonly kinds: readonly { readonly value: string; readonly label: string }[];
  /** What the page shows besides. */
  readonly around?: object;
}

const FILTERS = ['actor', 'type', 'from', 'to', 'range'] as const;

export function feedPage(shown: FeedPage, query: ActivityQuery, feed: Feed, hasAny: boolean): Answer {
  return page(shown.template, feed, feedHtml(shown, query, feed, hasAny), { partial: partialFor(query) });
}

/** What the templates see of it. */
export function feedHtml({ path, kinds, around }: FeedPage, query: ActivityQuery, feed: Feed, hasAny: boolean): object {
  return {
    ...around,
    ...paging(path, query, feed),
    query: { ...query, type: query.type?.join(',') },
    kinds,
    days: daysOf(feed.items, query),
    isFiltered: FILTERS.some((name) => query[name] !== undefined),
    hasAny,
    newestHref: query.cursor ? path + search({ ...query, cursor: undefined }) : null,
  };
}

/** Older ones, a few for an overview, or the feed under its filters. */
function partialFor({ cursor, limit }: ActivityQuery): string {
  if (cursor) return 'activity/_days';
  return limit ? 'activity/_recent' : 'activity/_feed';
}

interface Day {
  readonly day: string;
  /** The page before ended within this day. */
  readonly continues: boolean;
  readonly items: object[];
}

function daysOf(items: readonly ActivityView[], { cursor }: ActivityQuery): Day[] {
  const before = cursor ? decodeUuidCursor(cursor).at.toISOString().slice(0, 10) : undefined;
  const days: Day[] = [];
  for (const item of items) {
    const day = item.at.slice(0, 10);
    if (days.at(-1)?.day !== day) days.push({ day, continues: day === before, items: [] });
    days.at(-1)?.items.push({
      ...item,
      sentence: sentenceOf(item),
      changes: changesInWords(item),
      tellsPlace: tellsPlace(item),
    });
  }
  return days;
}

/** Not "created the project Demo in Demo". */
function tellsPlace({ object, project, team }: ActivityView): boolean {
  return object.id !== (project ?? team)?.id;
}
