/** A path of this site. Browsers read `/\` as `//`, and drop tabs and newlines before they look (Security S17). */
const OWN_PATH = /^\/(?![/\\])[^\\\p{Cc}]*$/u;

/** Where to go after signing in: the path asked for when it is one of ours, else the projects. */
export function safeNext(next: unknown): string {
  return typeof next === 'string' && OWN_PATH.test(next) ? next : '/projects';
}
