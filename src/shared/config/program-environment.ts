const NAMES = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER'] as const;

/** What programs started by us get of our environment: where things are, in which language; never a setting or secret. */
export function programEnvironment(): Record<string, string> {
  const entries = NAMES.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [(typeof NAMES)[number], string] => !!entry[1]));
}
