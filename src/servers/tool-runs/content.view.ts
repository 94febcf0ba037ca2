const LARGEST_IMAGE = 2_000_000;
const LARGEST_TEXT = 200_000;
const IMAGES = /^image\/(?:png|jpeg|gif|webp)$/;

/** One item of a result as the page draws it. */
export interface ContentView {
  readonly kind: 'text' | 'image' | 'link' | 'other';
  readonly text: string;
  readonly isCut: boolean;
  /** `data:` address of an image. */
  readonly source: string;
  readonly label: string;
}

interface Item {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly data?: unknown;
  readonly mimeType?: unknown;
  readonly uri?: unknown;
  readonly name?: unknown;
  readonly resource?: { readonly text?: unknown; readonly uri?: unknown; readonly mimeType?: unknown } | null;
}

/** What a server sent may be anything: what is not understood is shown as JSON. */
export function contentView(item: unknown): ContentView {
  const { type, text, data, mimeType, uri, name, resource } = (
    typeof item === 'object' && item !== null ? item : {}
  ) as Item;
  const nothing = { text: '', isCut: false, source: '', label: '' };
  if (type === 'text' && typeof text === 'string') return { ...nothing, kind: 'text', ...cut(text) };
  if (type === 'image' && isPicture(data, mimeType)) {
    return {
      ...nothing,
      kind: 'image',
      source: `data:${mimeType as string};base64,${data}`,
      label: 'Image of the result',
    };
  }
  if (type === 'resource_link' && typeof uri === 'string') {
    return { ...nothing, kind: 'link', text: uri, label: typeof name === 'string' ? name : uri };
  }
  if (type === 'resource' && typeof resource?.text === 'string') {
    return {
      ...nothing,
      kind: 'text',
      ...cut(resource.text),
      label: typeof resource.uri === 'string' ? resource.uri : '',
    };
  }
  return {
    ...nothing,
    kind: 'other',
    ...cut(JSON.stringify(item, null, 2) ?? ''),
    label: typeof type === 'string' ? type : '',
  };
}

function isPicture(data: unknown, mimeType: unknown): data is string {
  return (
    typeof data === 'string' &&
    data.length <= LARGEST_IMAGE &&
    /^[A-Za-z0-9+/=\s]*$/.test(data) &&
    typeof mimeType === 'string' &&
    IMAGES.test(mimeType)
  );
}

function cut(text: string): { text: string; isCut: boolean } {
  return { text: text.slice(0, LARGEST_TEXT), isCut: text.length > LARGEST_TEXT };
}
