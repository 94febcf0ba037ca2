import { join } from 'node:path';
import type { Config } from '../../../shared/config/index.js';
import { root } from '../../../shared/root.js';

/** What a program must not reach: a folder or file it sees as empty, or a folder it may only read; and what it may. */
export interface Protection {
  readonly kind: 'emptied-folder' | 'emptied-file' | 'read-only-folder' | 'writable-folder';
  readonly path: string;
}

/**
 * Our own files, the secrets on disk, and the settings of the kernel, which uid 0 may write even without capabilities.
 * Later ones may lie inside of earlier ones.
 */
export function protectionsOf({ dataDir, secretFiles }: Pick<Config, 'dataDir' | 'secretFiles'>): Protection[] {
  return [
    { kind: 'read-only-folder', path: root },
    // A link to elsewhere in some installations.
    { kind: 'read-only-folder', path: join(root, 'node_modules') },
    // The one that keeps its data beside its code unless told otherwise. Other code, which other programs run, is no
    // program's to change.
    { kind: 'writable-folder', path: join(root, 'node_modules/@modelcontextprotocol/server-memory/dist') },
    { kind: 'emptied-folder', path: dataDir },
    ...secretFiles.map((path) => ({ kind: 'emptied-file', path }) as const),
    { kind: 'read-only-folder', path: '/proc/sys' },
  ];
}

/** Flags that were set outside may not be dropped in a user namespace, so `nosuid` and `nodev` are always given. */
const READ_ONLY = 'remount,bind,ro,nosuid,nodev';
const WRITABLE = 'remount,bind,rw,nosuid,nodev';

/**
 * For `sh -c PROTECT sh MOUNT [KIND PATH]… -- COMMAND…`, in a mount namespace of its own. The working directory is entered
 * anew, because until then it is the one below the mounts.
 */
export const PROTECT = [
  'mount=$1; shift',
  'while [ "$1" != -- ]; do',
  '  case $1 in',
  '    emptied-folder) [ ! -d "$2" ] || "$mount" -t tmpfs -o size=4k,mode=0500 none "$2" ;;',
  '    emptied-file) [ ! -f "$2" ] || "$mount" --bind /dev/null "$2" ;;',
  `    read-only-folder) "$mount" --rbind "$2" "$2" && "$mount" -o ${READ_ONLY} "$2" ;;`,
  `    writable-folder) [ ! -d "$2" ] || { "$mount" --bind "$2" "$2" && "$mount" -o ${WRITABLE} "$2"; } ;;`,
  '  esac || exit 126',
  '  shift 2',
  'done',
  'shift',
  'cd "$PWD" || exit 126',
  'unset OLDPWD',
  'exec "$@"',
].join('\n');
