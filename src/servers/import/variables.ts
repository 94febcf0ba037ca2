/** `${{ secrets.X }}`, `${input:x}`, `${env:X}`, `{env:X}`, `${X}`, `${X:-default}`; alone also `$X` and `%X%`. */
const VARIABLE = new RegExp(
  [
    /\$\{\{\s*secrets\.([\w.-]+)\s*\}\}/,
    /\$\{input:([^}]+)\}/,
    /\$\{env:([^}]+)\}/,
    /\{env:([^}]+)\}/,
    /\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/,
    /^\$([A-Za-z_]\w*)$/,
    /^%([A-Za-z_]\w*)%$/,
  ]
    .map((pattern) => pattern.source)
    .join('|'),
  'g',
);

/** Places on the computer of the person whose configuration it was. */
const PLACE = /\$\{(?:workspaceFolder|workspaceRoot|userHome|pathSeparator|cwd|file)\w*(?::[^}]*)?\}|^~(?=\/|$)/;

export interface Filled {
  /** `null` while a variable has no value. */
  readonly text: string | null;
  /** Variables without a value. */
  readonly missing: readonly string[];
  readonly isVariable: boolean;
}

/** The text with its variables replaced by the values given for them, or by the defaults that they carry. */
export function fillVariables(text: string, given: Readonly<Record<string, string>>): Filled {
  const missing: string[] = [];
  let found = 0;
  const filled = text.replace(VARIABLE, (whole, ...groups: unknown[]) => {
    if (PLACE.test(whole)) return whole;
    const [secret, input, env, braced, plain, fallback, dollar, percent] = groups as (string | undefined)[];
    const id = secret ?? input ?? env ?? braced ?? plain ?? dollar ?? percent ?? '';
    found++;
    const value = (Object.hasOwn(given, id) ? given[id] : undefined) ?? fallback;
    if (!value) missing.push(id);
    return value ?? '';
  });
  return { text: missing.length > 0 ? null : filled, missing, isVariable: found > 0 };
}

/** Whether it names a folder of somebody's computer, which means nothing on this host. */
export function namesPlace(text: string): boolean {
  return PLACE.test(text);
}
