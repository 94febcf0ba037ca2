/** What a handler answers with; which shape leaves (page, fragment or JSON) is decided by the Responder alone. */
export type Answer = PageAnswer | SavedAnswer;

export interface PageOptions {
  /** HTTP status; 200 unless given. */
  readonly status?: number;
  /** Template for an htmx fragment; without it the fragment is the page without its layout. */
  readonly partial?: string;
}

export class PageAnswer {
  constructor(
    readonly template: string,
    readonly json: object,
    readonly html: object,
    readonly options: PageOptions,
  ) {}
}

export interface SavedOptions {
  /** HTTP status for JSON clients; 200 unless given. */
  readonly status?: number;
  /** A sentence for the person, shown once on the page that follows, or as a toast. */
  readonly notice?: string;
  /** What an htmx request gets in place of a redirect. */
  readonly partial?: { readonly template: string; readonly data: object };
}

export class SavedAnswer {
  constructor(
    readonly to: string,
    readonly json: object | null,
    readonly options: SavedOptions,
  ) {}
}

/** Something to look at. `json` is the contract; the template sees its members and those of `html`. */
export function page(template: string, json: object, html: object = {}, options: PageOptions = {}): PageAnswer {
  return new PageAnswer(template, json, html, options);
}

/** Something was done: JSON clients get `json` (204 for null), browsers go to the path `to`. */
export function saved(to: string, json: object | null, options: SavedOptions = {}): SavedAnswer {
  return new SavedAnswer(to, json, options);
}
